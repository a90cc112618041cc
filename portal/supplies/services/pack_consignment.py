"""Closing the boxes: what is in them is settled, what is missing is explained (J25)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.foundation.workflow import apply
from portal.supplies.events import CONSIGNMENT_PACKED, CONSIGNMENT_REOPENED
from portal.supplies.models import Consignment, ConsignmentLine, Reservation, StockMovementKind
from portal.supplies.permissions import PICK
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.fill_boxes import boxed_by_batch, reopen_boxes, settle_boxes
from portal.supplies.services.keep_batches import keep_only_picked
from portal.supplies.services.leave_in_date import refuse_out_of_date
from portal.supplies.services.lessen_reservation import lessen_reservation
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.move_stock import move_stock
from portal.supplies.services.settle_lines import settle_lines
from portal.supplies.services.start_picking import hold_in_date
from portal.supplies.states import CONSIGNMENT


@dataclass(frozen=True, kw_only=True)
class PackConsignment:
    """The command. ``not_on_shelf`` are item codes whose missing packs the shelf does not hold."""

    consignment: str
    short_is_right: bool = False
    not_on_shelf: frozenset[str] = field(default_factory=frozenset)


@service(PICK)
def pack_consignment(actor: Actor, command: PackConsignment) -> Consignment:
    """Packs what was picked, in the boxes that were made for it, or in one box when none was.

    What is missing stays put aside, or is written off when it is not on the shelf. Raises InvalidInput when
    nothing was picked, when something is missing and nobody said that this is right, or when packs lie in no
    box; Conflict when the consignment is not being picked.
    """
    order, consignment = lock_consignment(actor, command.consignment)
    CONSIGNMENT.check(actor, consignment.state, "packed")
    lines = list(ConsignmentLine.objects.select_related("line", "level__item").filter(consignment=consignment))
    _check(command, lines)
    lock_levels(sorted({each.level.item_id for each in lines if each.level.item.kept_in_batches}))
    batched = [each for each in lines if each.level.item.kept_in_batches]
    keep_only_picked(batched, boxed_by_batch(batched))
    refuse_out_of_date(lines)
    missing = [each for each in lines if each.picked < each.quantity]
    _write_off(actor, [each for each in missing if each.line.item_code in command.not_on_shelf], consignment)
    consignment.packages = settle_boxes(actor, consignment)
    consignment.by_box = True
    consignment.packed_at = timezone.now()
    consignment.save(update_fields=["packages", "by_box", "packed_at"])
    apply(CONSIGNMENT, consignment, "packed", actor=actor)
    derive_state(order)
    record(
        CONSIGNMENT_PACKED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
        packages=consignment.packages,
        short=[each.line.item_code for each in missing],
    )
    return consignment


@service(PICK)
def reopen_consignment(actor: Actor, reference: str) -> Consignment:
    """Opens a packed consignment again, for somebody who finds a mistake before the carrier comes."""
    order, consignment = lock_consignment(actor, reference)
    apply(CONSIGNMENT, consignment, "picking", actor=actor)
    reopen_boxes(consignment)
    hold_in_date(consignment)
    record(
        CONSIGNMENT_REOPENED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
    )
    return consignment


def _check(command: PackConsignment, lines: list[ConsignmentLine]) -> None:
    if not any(each.picked for each in lines):
        raise InvalidInput({None: "Nothing has been picked. Scan what you pick, or cancel the consignment."})
    if any(each.picked < each.quantity for each in lines) and not command.short_is_right:
        raise InvalidInput({"short_is_right": "Something is missing. Confirm that the parcel goes without it."})


def _write_off(actor: Actor, missing: list[ConsignmentLine], consignment: Consignment) -> None:
    """What the shelf does not hold is taken off the books and off the reservation; the line waits for new stock.

    A picker who finds too few has emptied the shelf, so the packs that nobody was promised are not there either.
    """
    levels = {level.id: level for level in lock_levels(sorted({each.level.item_id for each in missing}))}
    for each in missing:
        level, short = levels[each.level_id], each.quantity - each.picked
        reservation = Reservation.objects.get(line=each.line, level=level)
        level.reserved -= short
        level.save(update_fields=["reserved"])
        move_stock(
            actor,
            level,
            -level.available,  # what was short, and what was free
            kind=StockMovementKind.ADJUSTMENT,
            reference=consignment.reference,
            reason="Not on the shelf when it was picked",
        )
        lessen_reservation(reservation, short)
        each.quantity = each.picked
        if each.picked:
            each.save(update_fields=["quantity"])
        else:
            each.delete()  # nothing of it is in this consignment: the line waits for stock from now on
            settle_lines(actor, [each.line])
