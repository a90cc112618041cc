"""What approving and rejecting share: who may decide, and writing down who did."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, Refused
from portal.supplies.models import ApprovalRoute, Order


def check_decision(actor: Actor, order: Order) -> None:
    """Raises Conflict when the order is not waiting for a decision, Refused when it is not the actor's to make.

    The orderer never decides (a constraint says so, too), and each route has its own deciders.
    """
    if order.state != "awaiting_approval" or order.decided_at is not None:
        decided = f" {order.decided_by_name} decided it." if order.decided_by_name else ""
        raise Conflict(f"Order {order.reference} is not waiting for a decision any more.{decided}")
    if actor.user_id == order.placed_by_id:
        raise Refused("You placed this order yourself, so somebody else has to decide it.")
    if order.approval_route == ApprovalRoute.OPERATOR and actor.audience == "contractor":
        raise Refused("The operator decides this order, because nobody else at your site could when it was placed.")
    if order.approval_route == ApprovalRoute.SITE and actor.audience == "staff":
        raise Refused("Somebody at the site decides this order.")


def write_decision(actor: Actor, order: Order, *, reason: str) -> None:
    """Writes down who decided, when and why."""
    order.decided_at = timezone.now()
    order.decided_by_id = actor.user_id
    order.decided_by_name = actor.name
    order.decision_reason = reason
    order.save(update_fields=["decided_at", "decided_by_id", "decided_by_name", "decision_reason"])
