"""Not approving an order, with a reason the orderer reads (J5)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workflow import apply
from portal.supplies import messages
from portal.supplies.events import ORDER_REJECTED
from portal.supplies.models import Order
from portal.supplies.permissions import APPROVE_ORDER, DECIDE_FOR_SITE
from portal.supplies.services.decide_order import check_decision, write_decision
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lock_order import lines_of, lock_order
from portal.supplies.services.release_reservations import release_reservations
from portal.supplies.states import ORDER_LINE


@service(APPROVE_ORDER)
def reject_order(actor: Actor, reference: str, reason: str) -> Order:
    """Rejects an order of the actor's own site; what was put aside is free again."""
    return _reject(actor, reference, reason)


@service(DECIDE_FOR_SITE)
def reject_for_site(actor: Actor, reference: str, reason: str) -> Order:
    """Rejects an order of a site where nobody else can decide."""
    return _reject(actor, reference, reason)


def _reject(actor: Actor, reference: str, reason: str) -> Order:
    order = lock_order(actor, reference)
    check_decision(actor, order)
    lines = [line for line in lines_of(order) if line.state == "awaiting_approval"]
    for line in lines:
        apply(ORDER_LINE, line, "rejected", actor=actor)
    write_decision(actor, order, reason=reason)
    release_reservations(actor, lines)
    derive_state(order)
    record(ORDER_REJECTED, actor=actor, subject=order, organisation_id=order.organisation_id, reason=reason)
    queue_emails(messages.order_rejected(order))
    return order
