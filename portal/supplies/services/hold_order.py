"""Stopping an order for a reason, and letting it go on."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workflow import apply
from portal.supplies import messages
from portal.supplies.events import ORDER_HELD, ORDER_RELEASED
from portal.supplies.models import Order
from portal.supplies.permissions import HOLD_ORDER
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lock_order import lines_of, lock_order
from portal.supplies.services.settle_lines import settle_lines
from portal.supplies.states import ORDER_LINE


@service(HOLD_ORDER)
def hold_order(actor: Actor, reference: str, reason: str) -> Order:
    """Puts every line on hold that nobody has begun to pick. Its packs stay put aside."""
    order = lock_order(actor, reference)
    lines = [line for line in lines_of(order) if line.state in ("accepted", "back_ordered")]
    if not lines:
        raise Conflict(f"Order {order.reference} cannot be put on hold: it is {order.state_label.lower()}.")
    for line in lines:
        apply(ORDER_LINE, line, "on_hold", actor=actor)
    derive_state(order)
    record(ORDER_HELD, actor=actor, subject=order, organisation_id=order.organisation_id, reason=reason)
    queue_emails(messages.order_held(order, reason))
    return order


@service(HOLD_ORDER)
def release_order(actor: Actor, reference: str) -> Order:
    """Lets an order on hold go on: each line is accepted again, or waits for stock."""
    order = lock_order(actor, reference)
    lines = [line for line in lines_of(order) if line.state == "on_hold"]
    if not lines:
        raise Conflict(f"Order {order.reference} is not on hold any more.")
    settle_lines(actor, lines)
    derive_state(order)
    record(ORDER_RELEASED, actor=actor, subject=order, organisation_id=order.organisation_id)
    queue_emails(messages.order_released(order))
    return order
