"""The transactions inside one EDIFACT message, as texts under the names that ``building`` knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.records.registrations.incoming import Rejection
from portal.records.registrations.segments import Segment

Texts = dict[str, str]
# Which date of a transaction is the one it takes effect on: acceptance, deduction, end of an FP69, end of a quarter.
_EFFECTIVE = {"956", "961", "962", "206"}
_BORN, _SENT = "329", "137"
_NAMES = ("FO", "MI", "FS")
_ERASED = "%"
_POSTCODE, _FIRST_NAME = 7, 4  # the elements of NAD and PNA where they stand


@dataclass(frozen=True)
class Context:
    """The message around a transaction: who sent it to whom, and its own reference."""

    sender: str
    recipient: str
    message: str
    number: int


def transactions_of(
    context: Context, segments: list[Segment | Rejection], position: str
) -> Iterator[Texts | Rejection]:
    """The transactions of a registration message; each starts with ``S01``. ``position`` is the message's."""
    groups: list[list[Segment | Rejection]] = [[]]
    for segment in segments:
        if isinstance(segment, Segment) and segment.tag == "S01":
            groups.append([])
        groups[-1].append(segment)
    head, *transactions = groups
    common: Texts = {"sender": context.sender, "recipient": context.recipient}
    if bad := next((each for each in head if isinstance(each, Rejection)), None):
        yield Rejection(f"{bad.position} (message {context.number})", f"{bad.reason} The message is not taken.")
        return
    for segment in head:
        if isinstance(segment, Segment) and segment.tag == "RFF" and segment.value(0) == "TN":
            where = f"{segment.position} (message {context.number})"
            yield Rejection(where, "A transaction number stands before the first S01: its transaction is not taken.")
        _read_head(segment, common)  # type: ignore[arg-type]
    if not common.get("kind"):
        yield Rejection(position, "The message does not say which registration message it is (RFF+950).")
        return
    if common["kind"] == "F8" and not transactions:
        yield {**common, "reference": context.message, "position": position}
        return
    common.pop("effective_on", None)
    if not transactions:
        yield Rejection(position, "The message holds no transaction (S01).")
    for number, group in enumerate(transactions, 1):
        yield _transaction(group, common, f"(message {context.number}, transaction {number})")


def receipts_of(context: Context, segments: list[Segment | Rejection], position: str) -> Iterator[Texts | Rejection]:
    """One for each message that a receipt confirms or refuses (RFF+MIS), and one for the interchange (RFF+RIS)."""
    common = {"kind": "RECEP", "sender": context.sender, "recipient": context.recipient}
    found = 0
    for segment in segments:
        if isinstance(segment, Rejection):
            yield Rejection(f"{segment.position} (message {context.number})", segment.reason)
            continue
        if segment.tag == "DTM" and segment.value(0) == "815":
            common["sent_at"] = segment.value(0, 1)
        if segment.tag != "RFF":
            continue
        found += 1
        reference, _, answer = segment.value(0, 1).partition(" ")
        yield {
            **common,
            "reference": reference,
            "receipt": f"{segment.value(0)} {answer.strip()}".strip(),
            "position": f"{segment.position} (message {context.number})",
        }
    if not found:
        yield Rejection(position, "The receipt confirms nothing.")


def _read_head(segment: Segment, texts: Texts) -> None:
    if segment.tag == "RFF" and segment.value(0) == "950":
        texts["kind"] = segment.value(0, 1)
    elif segment.tag == "NAD" and segment.value(0) == "FHS":
        texts["authority"] = segment.value(1)
    elif segment.tag == "DTM" and segment.value(0) == _SENT:
        texts["sent_at"] = segment.value(0, 1)
    elif segment.tag == "DTM" and segment.value(0) in _EFFECTIVE:
        texts["effective_on"] = segment.value(0, 1)


def _transaction(group: list[Segment | Rejection], common: Texts, where: str) -> Texts | Rejection:
    if bad := next((each for each in group if isinstance(each, Rejection)), None):
        return Rejection(f"{bad.position} {where}", bad.reason)
    texts = {**common, "position": f"{group[0].position} {where}"}
    for segment in group:
        if isinstance(segment, Segment) and segment.tag in _READERS:
            before = dict(texts)
            _READERS[segment.tag](segment, texts)
            if twice := next((name for name in _ONCE if before.get(name) and before[name] != texts[name]), None):
                return Rejection(f"{segment.position} {where}", f"The transaction has two values: {_ONCE[twice]}.")
    return texts


# Two of these in one transaction mean that the segment between two transactions was lost.
_ONCE = {"reference": "transaction number", "nhs_number": "number of the patient", "practice": "practice"}


def _reference(segment: Segment, texts: Texts) -> None:
    if segment.value(0) == "TN":
        texts["reference"] = segment.value(0, 1)


def _party(segment: Segment, texts: Texts) -> None:
    match segment.value(0):
        case "GP":
            texts["practice"] = segment.value(1)
        case "PGP":
            texts["previous_practice"] = segment.value(1) or segment.value(3)
        case "NFH":
            texts["new_authority"] = segment.value(1)
        case "PAT":
            lines = segment.elements[2] if len(segment.elements) > 2 else []
            texts["address"] = "\n".join(line for line in lines if line.strip() not in ("", _ERASED))
            texts["postcode"] = _unless_erased(segment.value(_POSTCODE))


def _health(segment: Segment, texts: Texts) -> None:
    if segment.value(0) == "ATP":
        texts["acceptance_type"] = segment.value(1)


def _reason(segment: Segment, texts: Texts) -> None:
    texts["reason"] = segment.value(0)


def _date(segment: Segment, texts: Texts) -> None:
    if segment.value(0) in _EFFECTIVE:
        texts["effective_on"] = segment.value(0, 1)
    elif segment.value(0) == _BORN:
        texts["born_on"] = segment.value(0, 1)


def _person(segment: Segment, texts: Texts) -> None:
    if segment.value(0) != "PAT":
        return  # PER is who the patient was before: an earlier name, which no label shows
    if segment.value(1):
        texts["nhs_number"] = segment.value(1)
    parts = {part[0].strip(): part[1] for part in segment.elements[_FIRST_NAME:] if len(part) > 1}
    texts["family_name"] = _unless_erased(parts.get("SU", ""))
    texts["names"] = " ".join(filter(None, (_unless_erased(parts.get(name, "")) for name in _NAMES)))


def _unless_erased(text: str) -> str:
    return "" if text.strip() == _ERASED else text.strip()


_READERS = {"RFF": _reference, "NAD": _party, "HEA": _health, "GIS": _reason, "DTM": _date, "PNA": _person}
