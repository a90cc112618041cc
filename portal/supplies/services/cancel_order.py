"""Cancelling what the warehouse has not begun to pick (J6)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workflow import apply
from portal.supplies import messages
from portal.supplies.events import ORDER_CANCELLED
from portal.supplies.models import Order, OrderLine
from portal.supplies.permissions import CANCEL_ORDER
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.follow_consignments import follow_consignments
from portal.supplies.services.lock_order import lines_of, lock_order
from portal.supplies.services.promise_order import promise_order
from portal.supplies.services.release_reservations import release_reservations
from portal.supplies.states import CANCELLABLE, ORDER_LINE


@service(CANCEL_ORDER)
def cancel_order(actor: Actor, reference: str, reason: str) -> Order:
    """Cancels every line that can still be cancelled; lines in picking or on their way go on.

    A line that was sent in part keeps what was sent; the rest is cancelled. Raises Conflict when
    nothing can be cancelled any more.
    """
    order = lock_order(actor, reference)
    lines = cancellable(order, lines_of(order))
    for line in lines:
        line.cancelled, line.cancelled_at = line.quantity - line.dispatched, timezone.now()
        line.save(update_fields=["cancelled", "cancelled_at"])
        if not line.dispatched:
            apply(ORDER_LINE, line, "cancelled", actor=actor)
    follow_consignments(actor, lines)
    # After the lines, so that what becomes free is not given to them again.
    release_reservations(actor, lines)
    derive_state(order)
    promise_order(order)
    record(
        ORDER_CANCELLED,
        actor=actor,
        subject=order,
        organisation_id=order.organisation_id,
        reason=reason,
        lines=[line.item_code for line in lines],
    )
    queue_emails(messages.order_cancelled(order, reason, who=actor.name))
    return order


def cancellable(order: Order, lines: Iterable[OrderLine]) -> list[OrderLine]:
    """The lines that can still be cancelled. Raises Conflict, with the reason, when there is none."""
    found = [line for line in lines if line.state in CANCELLABLE]
    if not found:
        raise Conflict(f"Order {order.reference} can no longer be cancelled: it is {order.state_label.lower()}.")
    return found
