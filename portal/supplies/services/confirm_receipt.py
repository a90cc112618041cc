"""Confirming what was in a consignment, line by line (J6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.casework.api import OpenCase, open_case
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.foundation.workflow import apply
from portal.supplies.events import RECEIPT_CONFIRMED, RECEIPT_DISPUTED
from portal.supplies.models import Consignment, ConsignmentLine, OrderLine
from portal.supplies.permissions import CONFIRM_RECEIPT
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.states import CONSIGNMENT, ORDER_LINE, sent_state


@dataclass(frozen=True, kw_only=True)
class ConfirmReceipt:
    """The command: packs that arrived in good order, by item code."""

    consignment: str
    received: dict[str, int]
    note: str = ""


@service(CONFIRM_RECEIPT)
def confirm_receipt(actor: Actor, command: ConfirmReceipt) -> Consignment:
    """Confirms a consignment. When anything is missing it becomes a discrepancy and a case is opened.

    May be said again after a discrepancy, when the rest has come. Raises InvalidInput for more than
    was sent, Conflict when the consignment is not there to be confirmed.
    """
    order, consignment = lock_consignment(actor, command.consignment)
    sent = list(
        ConsignmentLine.objects.select_for_update(of=("self",))
        .select_related("line")
        .filter(consignment=consignment, picked__gt=0)
    )
    missing = _check(sent, command.received)
    target = "discrepancy" if missing else "received"
    if consignment.state != target:
        CONSIGNMENT.check(actor, consignment.state, target)
    _write_lines(actor, sent, command.received, arrived=consignment.delivered_at is None)
    _write_consignment(actor, consignment, target)
    derive_state(order)
    if missing:
        record(
            RECEIPT_DISPUTED,
            actor=actor,
            subject=order,
            organisation_id=order.organisation_id,
            consignment=consignment.reference,
            missing=missing,
        )
        open_case(actor, _case(consignment, missing, command.note))
    else:
        record(
            RECEIPT_CONFIRMED,
            actor=actor,
            subject=order,
            organisation_id=order.organisation_id,
            consignment=consignment.reference,
        )
    return consignment


def _check(sent: list[ConsignmentLine], received: dict[str, int]) -> dict[str, int]:
    """Packs missing by item code. Raises InvalidInput for numbers that cannot be."""
    problems = {
        each.line.item_code: f"{each.picked} of {each.line.item_name} were sent. Enter a number from 0 to {each.picked}."
        for each in sent
        if not 0 <= received.get(each.line.item_code, -1) <= each.picked
    }
    if problems:
        raise InvalidInput({**problems})
    return {
        each.line.item_code: each.picked - received[each.line.item_code]
        for each in sent
        if received[each.line.item_code] < each.picked
    }


def _write_lines(actor: Actor, sent: list[ConsignmentLine], received: dict[str, int], *, arrived: bool) -> None:
    for each in sent:
        packs = received[each.line.item_code]
        line = each.line
        line.received += packs - (each.received or 0)
        line.delivered += each.picked if arrived else 0
        each.received = packs
        each.save(update_fields=["received"])
        line.save(update_fields=["received", "delivered"])
        _move_line(actor, line, complete=packs == each.picked)


def _move_line(actor: Actor, line: OrderLine, *, complete: bool) -> None:
    if line.state not in ("dispatched", "delivered", "received", "discrepancy"):
        return  # the rest of it still has to be sent; that is where the line stands
    whole = sent_state(dispatched=line.dispatched, delivered=line.delivered, received=line.received)
    target = whole if complete else "discrepancy"
    if target in ("received", "discrepancy") and line.state != target:
        apply(ORDER_LINE, line, target, actor=actor)


def _write_consignment(actor: Actor, consignment: Consignment, target: str) -> None:
    now = timezone.now()
    if consignment.delivered_at is None:
        consignment.delivered_at, consignment.received_by = now, actor.name
    consignment.confirmed_at, consignment.confirmed_by_name = now, actor.name
    consignment.state = target
    consignment.save()


def _case(consignment: Consignment, missing: dict[str, int], note: str) -> OpenCase:
    listed = ", ".join(f"{packs} of {code}" for code, packs in missing.items())
    return OpenCase(
        kind="short",
        subject=f"Consignment {consignment.reference} is not complete",
        details=f"Missing or not in good order: {listed}. {note}".strip(),
        about_type="order",
        about_reference=consignment.order.reference,
    )
