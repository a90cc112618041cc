"""Cancelling what the warehouse has not begun to pick (J6)."""

from __future__ import annotations

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
from portal.supplies.services.lock_order import lines_of, lock_order
from portal.supplies.services.promise_order import promise_order
from portal.supplies.services.release_reservations import release_reservations
from portal.supplies.states import CANCELLABLE, ORDER_LINE, sent_state


@service(CANCEL_ORDER)
def cancel_order(actor: Actor, reference: str, reason: str) -> Order:
    """Cancels every line that can still be cancelled; lines in picking or on their way go on.

    A line that was sent in part keeps what was sent; the rest is cancelled. Raises Conflict when
    nothing can be cancelled any more.
    """
    order = lock_order(actor, reference)
    lines = [line for line in lines_of(order) if line.state in CANCELLABLE]
    if not lines:
        raise Conflict(f"Order {order.reference} can no longer be cancelled: it is {order.state_label.lower()}.")
    release_reservations(actor, lines)
    for line in lines:
        _cancel(actor, line)
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
    queue_emails(messages.order_cancelled(order, reason))
    return order


def _cancel(actor: Actor, line: OrderLine) -> None:
    """Nothing more is sent: the line is cancelled, or stands where the part stands that was sent."""
    line.cancelled = line.quantity - line.dispatched
    line.save(update_fields=["cancelled"])
    sent = sent_state(dispatched=line.dispatched, delivered=line.delivered, received=line.received)
    apply(ORDER_LINE, line, sent if line.dispatched else "cancelled", actor=actor)
