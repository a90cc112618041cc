"""Beginning to pick an order: what one store has put aside for it becomes a consignment (J25)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.references import new_reference
from portal.foundation.workflow import apply
from portal.supplies.checkpoints import check_may_be_picked
from portal.supplies.events import PICKING_STARTED
from portal.supplies.models import Consignment, ConsignmentLine, Order, Reservation
from portal.supplies.permissions import PICK
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.keep_batches import hold_batches
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.lock_order import lock_order
from portal.supplies.states import ORDER_LINE, PICKABLE


@service(PICK)
def start_picking(actor: Actor, reference: str) -> Consignment:
    """Makes a consignment of everything that the order's ``pick_store`` has put aside for it, and returns it.

    Of clinical supplies it holds the batches that expire first, and never one that is out of date.
    What other stores have put aside is picked as further consignments. Raises Conflict when nothing
    is put aside, or somebody else has begun.
    """
    order = lock_order(actor, reference)
    reservations = _put_aside(order)
    if not reservations:
        raise Conflict(_why_not(order))
    check_may_be_picked(order)
    consignment = Consignment.objects.create(
        reference=new_reference("CN"),
        order=order,
        organisation_id=order.organisation_id,
        store=reservations[0].level.store,
        picked_by_name=actor.name,
    )
    ConsignmentLine.objects.bulk_create(
        ConsignmentLine(consignment=consignment, line=each.line, level=each.level, quantity=each.quantity)
        for each in reservations
    )
    hold_in_date(consignment)
    for each in reservations:
        apply(ORDER_LINE, each.line, "picking", actor=actor)
    derive_state(order)
    record(
        PICKING_STARTED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
    )
    return consignment


def hold_in_date(consignment: Consignment) -> None:
    """Locks the shelves of the consignment's clinical supplies and holds their batches. The order is locked."""
    lines = [
        each
        for each in consignment.lines.select_related("level__item", "line").order_by("id")
        if each.level.item.kept_in_batches
    ]
    lock_levels(sorted({each.level.item_id for each in lines}))
    hold_batches(lines)


def _put_aside(order: Order) -> list[Reservation]:
    """The reservations of pickable lines in the store that picks next."""
    return list(
        Reservation.objects.filter(line__order=order, line__state__in=PICKABLE, level__store=order.pick_store_id)
        .select_related("line", "level__store")
        .order_by("line__position")
    )


def _why_not(order: Order) -> str:
    if order.state == "picking":
        return f"Somebody is already picking order {order.reference}."
    if order.state == "back_ordered":
        return f"Nothing is put aside for order {order.reference} yet. It waits for stock."
    return f"Order {order.reference} cannot be picked: it is {order.state_label.lower()}."
