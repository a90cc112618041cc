"""Two patients side by side in words: what is the same, what differs, and what joining them would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from portal.foundation.web.filters import count, day
from portal.organisations.api import Organisation
from portal.records.presenters import spaced
from portal.records.registrations.comparing import Compared, Side
from portal.records.registrations.models import RegisteredPatient

_HIDDEN = "Protected identity"
_NOBODY = "At no practice"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a kind of question says of the two: what is asked, who each is, and what joining would mean."""

    sentence: str
    old: str
    new: str
    date_of_old: str = "as with the number that was replaced"
    date_of_new: str = "as with the number that stands"
    counts: str = "where the patient is registered with the number that stands"
    remains: str = "The patient with the number that stands remains. The old number leads there from then on."


_NUMBERS = Asked(
    sentence="A message says that one NHS number replaced another. Both belong to patients here."
    " One person proposes to join them, and another decides.",
    old="Number that was replaced",
    new="Number that stands",
)
_ASKED = {
    "patients_to_join": _NUMBERS,
    "number_in_use": Asked(
        sentence="A message brings a number for a patient, and another patient here has that number already."
        " They may be one person who is known here twice. One person proposes to join them, and another decides.",
        old="The message is about",
        new="Has the number already",
        date_of_old="as of the one who would join the other",
        date_of_new="as of the one who would remain",
        counts="the newer of the two registrations",
        remains="One of the two remains, the one with an NHS number. What is known of the other leads there.",
    ),
    "number_contradicts": replace(
        _NUMBERS,
        sentence="A message says that one NHS number replaced another, and that does not fit what is known here."
        " Nothing was changed. Compare what there is, and ask the sender.",
        old="Has the first number today",
        new="Has the second number today",
    ),
}


def asked(both: Compared) -> Asked:
    """The words of this question, with the two as they stand in the table."""
    words, pair = _ASKED[both.question.effect], both.pair
    if both.question.effect != "number_in_use" or pair is None:
        return words
    if both.joining is not None and both.joining.state == "joined":
        return replace(words, old="Joined the other", new="Remained")
    turned = pair.new.id == both.question.patient_id
    return replace(words, old=words.new, new=words.old) if turned else words


@dataclass(frozen=True)
class Line:
    """One line of a cell, with an address where there is a page about it."""

    text: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class CompareRow:
    """One thing that the two have, and whether it is the same; ``tag`` is '' where that says nothing."""

    name: str
    old: list[Line]
    new: list[Line]
    tag: str = ""
    colour: str = ""


def compare_rows(both: Compared) -> list[CompareRow]:
    """The table. The names, numbers and dates of a protected identity are not shown, only whether they agree."""
    old, new = both.old, both.new
    if old is None or new is None:
        return []
    hidden = any(side.paper is not None and side.paper.is_sealed for side in (old, new))
    return [
        CompareRow(name="NHS number", old=_number(old.patient, hidden), new=_number(new.patient, hidden)),
        _personal("Name", _name(old.patient), _name(new.patient), hidden),
        _personal("Date of birth", _born(old.patient), _born(new.patient), hidden),
        _personal("Postcode", old.patient.postcode, new.patient.postcode, hidden),
        _row("Registered with", _registration(old.patient), _registration(new.patient)),
        CompareRow(name="Parts of the record", old=_parts(old), new=_parts(new)),
        CompareRow(name="On the way", old=_movements(old), new=_movements(new)),
        CompareRow(name="Movements that have ended", old=[Line(str(old.ended))], new=[Line(str(new.ended))]),
    ]


def birth_dates(both: Compared) -> list[tuple[str, str]]:
    """What can be chosen where both have a date of birth, and not the same; else nothing."""
    if both.old is None or both.new is None:
        return []
    old, new = both.old.patient.born_on, both.new.patient.born_on
    if old is None or new is None or old == new:
        return []
    hidden = any(side.paper is not None and side.paper.is_sealed for side in (both.old, both.new))
    said = ("", "") if hidden else (f"{day(old)}, ", f"{day(new)}, ")
    return [
        ("new", f"{said[1]}{asked(both).date_of_new}"),
        ("old", f"{said[0]}{asked(both).date_of_old}"),
    ]


def two_practices(both: Compared) -> str:
    """Which registration counts, when the two are registered with two practices; else ''."""
    if both.pair is None:
        return ""
    old, new = both.pair.old.registered_at, both.pair.new.registered_at
    if old is None or new is None or old == new:
        return ""
    goes, ends = (old, new) if both.pair.registered == both.pair.old else (new, old)
    why = asked(both).counts
    return f"The record goes to {_place(goes)}, {why}. The registration with {_place(ends)} would end here."


def what_follows(both: Compared) -> list[str]:
    """What joining them does, in sentences."""
    if both.pair is None or both.old is None or both.new is None:
        return []
    home = both.pair.registered.registered_at
    died = both.new.patient.has_died or both.old.patient.has_died
    sentences = [
        asked(both).remains,
        f"{count(len(both.old.parts), 'bag')} and {count(len(both.old.movements), 'open movement')} go over."
        " Nobody's bag changes hands because of it.",
    ]
    if died:
        sentences.append("The patient has died, so nothing new begins to move.")
    elif home is not None:
        sentences.append(f"What is elsewhere begins to move to {_place(home)}, where the patient is registered.")
    else:
        sentences.append("The patient is registered nowhere, so nothing new begins to move.")
    return [*sentences, "It cannot be taken back."]


def proposal_facts(both: Compared) -> list[dict[str, Any]]:
    """Who proposed it and why, and who decided; nothing without a proposal."""
    joining, words = both.joining, asked(both)
    if joining is None:
        return []
    which = {"old": words.date_of_old.capitalize(), "new": words.date_of_new.capitalize()}
    rows: list[dict[str, Any]] = [
        {"key": "Proposed by", "value": f"{joining.proposed_by_name}, {day(joining.proposed_at)}"},
        {"key": "How they know", "value": joining.reason},
    ]
    if joining.birth_date_of:
        rows.append({"key": "Right date of birth", "value": which[joining.birth_date_of]})
    if joining.decided_at is not None:
        how = "Taken back by" if joining.state == "taken_back" else "Decided by"
        rows.append({"key": how, "value": f"{joining.decided_by_name}, {day(joining.decided_at)}"})
        rows.append({"key": "What they say", "value": joining.note})
    return rows


def _row(name: str, old: str, new: str) -> CompareRow:
    same = old == new
    return CompareRow(
        name=name,
        old=[Line(old)],
        new=[Line(new)],
        tag="Same" if same else "Different",
        colour="green" if same else "red",
    )


def _personal(name: str, old: str, new: str, hidden: bool) -> CompareRow:
    if not (old and new):  # one that nobody knows agrees with everything
        lines = [[Line(_HIDDEN if hidden and each else each or "Not known")] for each in (old, new)]
        return CompareRow(name=name, old=lines[0], new=lines[1])
    row = _row(name, old, new)
    if hidden:
        return CompareRow(name=name, old=[Line(_HIDDEN)], new=[Line(_HIDDEN)], tag=row.tag, colour=row.colour)
    return row


def _number(patient: RegisteredPatient, hidden: bool) -> list[Line]:
    number = spaced(patient.nhs_number) if patient.nhs_number else patient.old_number
    return [Line(_HIDDEN if hidden and number else number or "None is known")]


def _name(patient: RegisteredPatient) -> str:
    return " ".join(part for part in (patient.names.title(), patient.family_name.upper()) if part)


def _born(patient: RegisteredPatient) -> str:
    return day(patient.born_on) if patient.born_on else ""


def _place(practice: Organisation) -> str:
    return f"{practice.name} ({practice.code})"


def _registration(patient: RegisteredPatient) -> str:
    if patient.has_died:
        return "Died"
    return _place(patient.registered_at) if patient.registered_at is not None else _NOBODY


def _parts(side: Side) -> list[Line]:
    lines = [
        Line(f"{part.number}: {part.holder.name}" + ("" if part.state == "kept" else f" ({part.get_state_display()})"))
        for part in side.parts
    ]
    return lines or [Line("No paper is known")]


def _movements(side: Side) -> list[Line]:
    lines = [
        Line(
            f"{each.reference}, to {each.destination.name}: {each.state_label}",
            reverse("staff_records:movement", kwargs={"reference": each.reference}),
        )
        for each in side.movements
    ]
    return lines or [Line("Nothing")]
