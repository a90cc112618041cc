"""Confirming what was in a consignment, line by line (J6)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from portal.casework.api import OpenCase, open_case
from portal.foundation.access import Actor, service
from portal.foundation.audit import EventType, record
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.events import RECEIPT_CONFIRMED, RECEIPT_DISPUTED, RECEIPT_SETTLED
from portal.supplies.models import Consignment, ConsignmentLine, OrderLine
from portal.supplies.permissions import CONFIRM_RECEIPT
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.follow_consignments import follow_consignments
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.receive_boxes import BoxSaid, boxes_in_words, packs_of, sort_boxes, write_boxes
from portal.supplies.states import CONSIGNMENT


@dataclass(frozen=True, kw_only=True)
class ConfirmReceipt:
    """The command: packs that arrived in good order, by item code; or ``boxes``: the same for each box's number.

    ``missing`` are the numbers of boxes that did not come at all. ``settled`` says that what is missing need
    not come any more, so the consignment is finished as it is.
    """

    consignment: str
    received: dict[str, int] = field(default_factory=dict)
    note: str = ""
    settled: bool = False
    boxes: dict[int, dict[str, int]] = field(default_factory=dict)
    missing: frozenset[int] = frozenset()


@service(CONFIRM_RECEIPT)
def confirm_receipt(actor: Actor, command: ConfirmReceipt) -> Consignment:
    """Confirms a consignment. When anything is missing it becomes a discrepancy and a case is opened.

    A site may say that it has a consignment before the carrier does. It may be said again after a discrepancy,
    when the rest has come or is given up; a case is opened only for what was not missing before. What is said of
    each box is kept with it. Raises InvalidInput for more than was sent, Conflict when there is nothing to confirm.
    """
    order, consignment = lock_consignment(actor, command.consignment)
    check_receipt(consignment)
    sent = list(
        ConsignmentLine.objects.select_for_update(of=("self",))
        .select_related("line")
        .filter(consignment=consignment, picked__gt=0)
        .order_by("line__position")
    )
    boxes = sort_boxes(consignment, command.boxes, command.missing)
    received = packs_of(boxes) if boxes else command.received
    _check_numbers(sent, received)
    missing = _missing(sent, received)
    is_news = any(_newly_missing(each, received) for each in sent)
    settled = command.settled and consignment.state == "discrepancy"  # what is missing must have been reported once
    target = "discrepancy" if missing.packs and not settled else "received"
    if consignment.state != target:
        CONSIGNMENT.check(actor, consignment.state, target)
    write_boxes(consignment, boxes, complete=not missing.packs)
    lines = _write_lines(sent, received, arrived=consignment.delivered_at is None)
    _write_consignment(actor, consignment, target)
    follow_consignments(actor, lines)
    derive_state(order)
    if target == "discrepancy":
        missing.words = boxes_in_words(boxes, missing.words)
        report = _case(consignment, missing, boxes, command.note)
        case = open_case(actor, report) if is_news else None
        about = {"missing": missing.words, "case": case.reference if case else ""}
        _record(RECEIPT_DISPUTED, actor, consignment, command.note, **about)
    elif missing.packs:
        _record(RECEIPT_SETTLED, actor, consignment, command.note, missing=missing.words)
    else:
        _record(RECEIPT_CONFIRMED, actor, consignment, command.note)
    return consignment


def check_receipt(consignment: Consignment) -> None:
    """Raises Conflict, with what to do instead, when there is nothing to confirm."""
    if consignment.state == "received":
        who = consignment.confirmed_by_name
        raise Conflict(
            f"{who} has already confirmed consignment {consignment.reference}. If something is wrong, report a problem."
        )
    if consignment.dispatched_at is None:
        raise Conflict(f"Consignment {consignment.reference} has not left the warehouse, so it cannot be confirmed.")


def _check_numbers(sent: list[ConsignmentLine], received: dict[str, int]) -> None:
    problems: dict[str | None, str] = {
        each.line.item_code: f"Enter a number from 0 to {each.picked}: {each.line.item_name}, {each.picked} sent."
        for each in sent
        if not 0 <= received.get(each.line.item_code, -1) <= each.picked
    }
    if problems:
        raise InvalidInput(problems)


@dataclass
class _Missing:
    """What did not arrive in good order: packs by item code, and the same in words."""

    packs: dict[str, int]
    words: str


def _missing(sent: list[ConsignmentLine], received: dict[str, int]) -> _Missing:
    short = [each for each in sent if received[each.line.item_code] < each.picked]
    packs = {each.line.item_code: each.picked - received[each.line.item_code] for each in short}
    names = {each.line.item_code: each.line.item_name for each in short}
    return _Missing(packs, ", ".join(f"{number} of {names[code]} ({code})" for code, number in packs.items()))


def _newly_missing(each: ConsignmentLine, received: dict[str, int]) -> bool:
    before = each.picked if each.received is None else each.received
    return received[each.line.item_code] < before


def _write_lines(sent: list[ConsignmentLine], received: dict[str, int], *, arrived: bool) -> list[OrderLine]:
    for each in sent:
        packs = received[each.line.item_code]
        each.line.received += packs - (each.received or 0)
        each.line.delivered += each.picked if arrived else 0
        each.received, each.was_short = packs, each.was_short or packs < each.picked
    ConsignmentLine.objects.bulk_update(sent, ["received", "was_short"])
    OrderLine.objects.bulk_update([each.line for each in sent], ["received", "delivered"])
    return [each.line for each in sent]


def _write_consignment(actor: Actor, consignment: Consignment, target: str) -> None:
    now = timezone.now()
    if consignment.delivered_at is None:
        consignment.delivered_at, consignment.received_by = now, actor.name
    consignment.confirmed_at, consignment.confirmed_by_name = now, actor.name
    consignment.state = target
    consignment.save()


def _case(consignment: Consignment, missing: _Missing, boxes: list[BoxSaid], note: str) -> OpenCase:
    """What is not there is one thing, whole boxes another: those are looked for at the carrier."""
    lost = [said.box.number for said in boxes if not said.came]
    only_boxes = bool(lost) and all(said.whole or not said.came for said in boxes)
    what = f"Consignment {consignment.reference}"
    names = " and ".join(str(number) for number in lost)
    subject = f"{what}: box {names} of {len(boxes)} did not come" if only_boxes else f"{what} is not complete"
    pieces = [piece for said in boxes if not said.came and (piece := said.box.carrier_piece)]
    return OpenCase(
        kind="not_arrived" if only_boxes else "short",
        subject=subject,
        details=f"Missing or not in good order: {missing.words}. {note}".strip(),
        payload={
            "consignment": consignment.reference,
            "missing": missing.packs,
            **({"boxes": lost, "pieces": pieces} if lost else {}),
        },
        about_type="order",
        about_reference=consignment.order.reference,
    )


def _record(event: EventType, actor: Actor, consignment: Consignment, note: str, **payload: str) -> None:
    record(
        event,
        actor=actor,
        subject=consignment.order,
        organisation_id=consignment.organisation_id,
        consignment=consignment.reference,
        note=f". They wrote: {note.strip()}" if note.strip() else "",
        **payload,
    )
