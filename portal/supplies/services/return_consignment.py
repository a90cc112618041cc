"""A parcel that could not be delivered comes back: onto its shelf, and put aside for the same order (J25, R4)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.workflow import apply
from portal.supplies.checkpoints import check_may_come_back
from portal.supplies.events import CONSIGNMENT_CAME_BACK
from portal.supplies.models import BatchPick, Consignment, ConsignmentLine, Reservation, StockLevel, StockMovementKind
from portal.supplies.permissions import PICK
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.keep_batches import NOT_RECORDED, BatchName
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.move_stock import move_stock
from portal.supplies.states import CONSIGNMENT, ORDER_LINE

_SENT = ("dispatched", "delivered", "received", "discrepancy")


@service(PICK)
def return_consignment(actor: Actor, reference: str) -> Consignment:
    """Books everything back in, into the batches it came from, and lets the order be picked again.

    Raises Conflict unless the carrier failed to deliver it, and while numbers in it are not accounted for. What came
    back damaged is adjusted afterwards.
    """
    order, consignment = lock_consignment(actor, reference)
    CONSIGNMENT.check(actor, consignment.state, "cancelled")
    if consignment.dispatched_at is None:
        raise Conflict("This consignment has not left. Cancel it instead.")
    lines = list(
        ConsignmentLine.objects.select_related("line__item")
        .filter(consignment=consignment, picked__gt=0)
        .order_by("id")
    )
    check_may_come_back(consignment)
    levels = {level.id: level for level in lock_levels(sorted({each.line.item_id for each in lines}))}
    for each in lines:
        _put_back(actor, consignment, each, levels[each.level_id])
    apply(CONSIGNMENT, consignment, "cancelled", actor=actor)
    derive_state(order)
    record(
        CONSIGNMENT_CAME_BACK,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
    )
    return consignment


def _put_back(actor: Actor, consignment: Consignment, each: ConsignmentLine, level: StockLevel) -> None:
    for name, packs in _batches_of(each):
        move_stock(
            actor,
            level,
            packs,
            kind=StockMovementKind.RETURN,
            reference=consignment.reference,
            reason="The carrier could not deliver it",
            batch=name,
        )
    level.reserved += each.picked
    level.save(update_fields=["reserved"])
    kept, made = Reservation.objects.get_or_create(line=each.line, level=level, defaults={"quantity": each.picked})
    if not made:
        kept.quantity += each.picked
        kept.save(update_fields=["quantity"])
    line = each.line
    line.dispatched -= each.picked
    line.save(update_fields=["dispatched"])
    if line.state in _SENT:
        apply(ORDER_LINE, line, "accepted", actor=actor)


def _batches_of(each: ConsignmentLine) -> list[tuple[BatchName, int]]:
    """The batches and packs that were sent. They are no longer with the site, so a recall does not name it."""
    picks = BatchPick.objects.select_related("batch").filter(consignment_line=each).order_by("id")
    found = [(BatchName(code=pick.batch.code, expires_on=pick.batch.expires_on), pick.quantity) for pick in picks]
    picks.delete()
    rest = each.picked - sum(packs for _, packs in found)
    return [*found, (NOT_RECORDED, rest)] if rest else found
