"""Where an order is now: who has it, since when, and what moves it on (R8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.foundation.web.filters import weekday
from portal.supplies.models import ApprovalRoute, Order
from portal.supplies.order_selectors import WholeOrder, lines_to_follow
from portal.supplies.states import ORDER_LINE

# The events that put an order into its state. The last of them says since when it is there.
_SINCE = {
    "awaiting_approval": ("supplies.order_placed",),
    "accepted": (
        "supplies.order_placed", "supplies.order_approved", "supplies.order_released", "supplies.lines_allocated",
        "supplies.consignment_cancelled",
    ),
    "back_ordered": (
        "supplies.order_placed", "supplies.order_approved", "supplies.order_released", "supplies.reservations_lost",
        "supplies.consignment_dispatched", "supplies.consignment_packed",
    ),
    "on_hold": ("supplies.order_held",),
    "picking": ("supplies.picking_started",),
    "dispatched": ("supplies.consignment_dispatched", "supplies.delivery_failed", "supplies.delivery_tried_again"),
    "delivered": ("supplies.consignment_delivered",),
    "received": ("supplies.receipt_confirmed", "supplies.receipt_settled"),
    "discrepancy": ("supplies.problem_reported", "supplies.receipt_disputed"),
    "rejected": ("supplies.order_rejected",),
    "cancelled": ("supplies.order_cancelled",),
}  # fmt: skip
_NEXT = {
    "accepted": "The warehouse picks it, packs it and hands it to a carrier.",
    "back_ordered": "As soon as stock comes in, it is put aside for you and sent. You need do nothing.",
    "on_hold": "The operator releases it, and then it is sent. The history below says why it waits.",
    "picking": "The warehouse packs it and hands it to a carrier.",
    "dispatched": "The carrier delivers it. If it has arrived already, confirm it.",
    "delivered": "Somebody at the site checks what arrived, and confirms it.",
    "received": "Nothing. It is finished.",
    "discrepancy": "The operator's support team looks into it and writes to whoever reported it.",
    "rejected": "Nothing. To try again, place a new order.",
    "cancelled": "Nothing. To order after all, place a new order.",
}


@dataclass(frozen=True, kw_only=True)
class OrderNow:
    """``holder`` has the order ``since``; ``next_step`` says what happens next and who does it."""

    holder: str
    since: datetime
    next_step: str
    promise: str


def order_now(whole: WholeOrder) -> OrderNow:
    """Answers for every state of an order."""
    order = whole.order
    moments = [whole.last[event] for event in _SINCE[order.state] if event in whole.last]
    return OrderNow(
        holder=holder_of(whole),
        since=max(moments, default=order.placed_at),
        next_step=_next_step(whole),
        promise=promise_of(order),
    )


def holder_of(whole: WholeOrder) -> str:
    """Who has the order now: the carrier by its name, the site by its name."""
    order = whole.order
    moving = sorted({each.carrier for each in whole.consignments if each.state in ("dispatched", "failed")})
    if order.state == "dispatched" and moving:
        return " and ".join(moving)
    if order.state == "awaiting_approval":
        by_operator = order.approval_route == ApprovalRoute.OPERATOR
        return "The operator, who decides it" if by_operator else "The approvers of the site"
    if order.state in ("delivered", "received"):
        return order.delivery_name
    return ORDER_LINE.states[order.state].holder


def promise_of(order: Order) -> str:
    """When everything should be there, in words; '' once nothing more is to come."""
    if order.state in ("received", "rejected", "cancelled"):
        return ""
    return weekday(order.promised_on) if order.promised_on else "Not all of it has a date yet"


def _next_step(whole: WholeOrder) -> str:
    order = whole.order
    if order.state == "awaiting_approval":
        if order.approval_route == ApprovalRoute.OPERATOR:
            return "The operator decides, because nobody else at the site can. Then the warehouse picks it."
        return "Somebody else at the site approves it. Then the warehouse picks it."
    if order.state == "dispatched" and any(each.state == "failed" for each in whole.consignments):
        return "The carrier tries to deliver it again."
    more = lines_to_follow(whole.lines) and order.state in ("dispatched", "delivered")
    return f"{_NEXT[order.state]} The rest follows." if more else _NEXT[order.state]
