"""Putting everything back on the shelf: the consignment ends, the order waits to be picked again (J25)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.workflow import apply
from portal.supplies.events import CONSIGNMENT_CANCELLED
from portal.supplies.models import Consignment, ConsignmentLine, OrderLine
from portal.supplies.permissions import PICK
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.keep_batches import let_go
from portal.supplies.services.lock_consignment import lock_consignment
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.settle_lines import settle_lines
from portal.supplies.states import CONSIGNMENT


@service(PICK)
def cancel_consignment(actor: Actor, reference: str) -> Consignment:
    """Cancels a consignment that has not left; its packs stay put aside for the order."""
    order, consignment = lock_consignment(actor, reference)
    if consignment.dispatched_at is not None:
        raise Conflict("This consignment has left the warehouse. When it comes back, book it back in.")
    apply(CONSIGNMENT, consignment, "cancelled", actor=actor)
    lines = ConsignmentLine.objects.select_related("level__item").filter(consignment=consignment)
    batched = [each for each in lines if each.level.item.kept_in_batches]
    lock_levels(sorted({each.level.item_id for each in batched}))
    let_go(batched)
    settle_lines(actor, list(OrderLine.objects.filter(consignment_lines__consignment=consignment)))
    derive_state(order)
    record(
        CONSIGNMENT_CANCELLED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        consignment=consignment.reference,
    )
    return consignment
