"""The states of an order line and of a consignment (mission, States). The order's own follows from its lines."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.supplies import permissions as may

_OPERATOR, _SITE = "The operator's warehouse", "Your site"

ORDER_LINE = Workflow(
    "order line",
    states=(
        State(code="awaiting_approval", label="Awaiting approval", holder="The approver", colour="yellow"),
        State(code="accepted", label="Accepted", holder=_OPERATOR, colour="blue"),
        State(code="back_ordered", label="Waiting for stock", holder=_OPERATOR, colour="orange"),
        State(code="on_hold", label="On hold", holder="The operator", colour="orange"),
        State(code="picking", label="Being picked", holder=_OPERATOR, colour="blue"),
        State(code="dispatched", label="On its way", holder="The carrier", colour="aqua-green"),
        State(code="delivered", label="Delivered", holder=_SITE, colour="green"),
        State(code="received", label="Received", holder=_SITE, colour="green"),
        State(code="discrepancy", label="Problem reported", holder="The operator's support team", colour="red"),
        State(code="rejected", label="Not approved", holder="Nobody: it is closed", colour="grey", final=True),
        State(code="cancelled", label="Cancelled", holder="Nobody: it is closed", colour="grey", final=True),
    ),
    steps=(
        *steps("awaiting_approval", "accepted", may.APPROVE_ORDER, may.DECIDE_FOR_SITE, told="orderer"),
        *steps("awaiting_approval", "back_ordered", may.APPROVE_ORDER, may.DECIDE_FOR_SITE, told="orderer"),
        *steps("awaiting_approval", "rejected", may.APPROVE_ORDER, may.DECIDE_FOR_SITE, told="orderer"),
        *steps(
            ("awaiting_approval", "accepted", "back_ordered", "on_hold"),
            "cancelled",
            may.CANCEL_ORDER,
            may.SUBSTITUTE,
            told="orderer",
        ),
        *steps(("accepted", "back_ordered"), "on_hold", may.HOLD_ORDER, told="orderer"),
        *steps("on_hold", "accepted", may.HOLD_ORDER, told="orderer"),
        *steps("on_hold", "back_ordered", may.HOLD_ORDER, told="orderer"),
        *steps(
            "back_ordered",
            "accepted",
            may.RECEIVE_STOCK,
            may.COUNT_STOCK,
            may.DECIDE_COUNT,
            may.ADJUST_STOCK,
            may.CANCEL_ORDER,
            may.SUBSTITUTE,
        ),
        *steps("accepted", "back_ordered", may.PICK, may.COUNT_STOCK, may.DECIDE_COUNT, may.ADJUST_STOCK),
        *steps(("accepted", "back_ordered"), "picking", may.PICK),
        *steps("picking", "accepted", may.PICK, may.HAND_OVER),
        *steps("picking", "back_ordered", may.PICK, may.HAND_OVER),
        *steps("picking", "dispatched", may.HAND_OVER, told="orderer"),
        # A line that was sent in part, and whose rest was cancelled, stands where its sent part stands.
        *steps(("accepted", "back_ordered", "on_hold"), "dispatched", may.CANCEL_ORDER, may.SUBSTITUTE),
        *steps(("accepted", "back_ordered", "on_hold"), "delivered", may.CANCEL_ORDER, may.SUBSTITUTE),
        *steps(("accepted", "back_ordered", "on_hold"), "received", may.CANCEL_ORDER, may.SUBSTITUTE),
        *steps(("accepted", "back_ordered", "on_hold"), "discrepancy", may.CANCEL_ORDER, may.SUBSTITUTE),
        *steps("dispatched", "delivered", may.RECORD_DELIVERY, may.CONFIRM_RECEIPT, told="orderer"),
        *steps("delivered", "received", may.CONFIRM_RECEIPT),
        *steps("dispatched", "received", may.CONFIRM_RECEIPT),
        *steps(
            ("dispatched", "delivered", "received"),
            "discrepancy",
            may.REPORT_PROBLEM,
            may.CONFIRM_RECEIPT,
            told="support",
        ),
        *steps("discrepancy", "received", may.CONFIRM_RECEIPT),
        *steps("discrepancy", "delivered", may.RECORD_DELIVERY, may.CONFIRM_RECEIPT),
        *steps("discrepancy", "dispatched", may.CONFIRM_RECEIPT),
        # The carrier brought it back: the same packs are put aside again.
        *steps(("dispatched", "delivered", "received", "discrepancy"), "accepted", may.PICK),
    ),
)

CONSIGNMENT = Workflow(
    "consignment",
    states=(
        State(code="picking", label="Being picked", holder=_OPERATOR, colour="blue"),
        State(code="packed", label="Packed", holder=_OPERATOR, colour="blue"),
        State(code="dispatched", label="On its way", holder="The carrier", colour="aqua-green"),
        State(code="failed", label="Delivery attempted", holder="The carrier", colour="orange"),
        State(code="delivered", label="Delivered", holder=_SITE, colour="green"),
        State(code="received", label="Receipt confirmed", holder=_SITE, colour="green"),
        State(code="discrepancy", label="Problem reported", holder="The operator's support team", colour="red"),
        State(code="cancelled", label="Cancelled", holder="Nobody: it is closed", colour="grey", final=True),
    ),
    steps=(
        *steps("picking", "packed", may.PICK),
        *steps("packed", "picking", may.PICK),
        *steps(("picking", "packed", "failed"), "cancelled", may.PICK),
        *steps("packed", "dispatched", may.HAND_OVER, told="orderer"),
        *steps("dispatched", "failed", may.RECORD_DELIVERY, told="orderer"),
        *steps("failed", "dispatched", may.HAND_OVER, may.RECORD_DELIVERY),
        *steps(("dispatched", "failed"), "delivered", may.RECORD_DELIVERY, told="orderer"),
        # A site may say that it has a consignment before the carrier does.
        *steps(("dispatched", "failed", "delivered"), "received", may.CONFIRM_RECEIPT),
        *steps(
            ("dispatched", "failed", "delivered", "received"),
            "discrepancy",
            may.REPORT_PROBLEM,
            may.CONFIRM_RECEIPT,
            told="support",
        ),
        *steps("discrepancy", "received", may.CONFIRM_RECEIPT),
        *steps("discrepancy", "delivered", may.RECORD_DELIVERY),
    ),
)

STOCK_COUNT = Workflow(
    "stock count",
    states=(
        State(code="waiting", label="Waits for a second person", holder="The operator's stock room", colour="yellow"),
        State(code="approved", label="Agreed, books changed", holder="Nobody: closed", colour="green", final=True),
        State(code="rejected", label="Not agreed", holder="Nobody: closed", colour="grey", final=True),
    ),
    steps=(
        *steps("waiting", "approved", may.DECIDE_COUNT),
        *steps("waiting", "rejected", may.DECIDE_COUNT),
    ),
)

SUBSTITUTION = Workflow(
    "substitution",
    states=(
        State(code="asked", label="The site was asked", holder="Your site: somebody has to answer", colour="yellow"),
        State(code="accepted", label="Sent instead", holder="Nobody: closed", colour="green", final=True),
        State(code="declined", label="Declined", holder="Nobody: closed", colour="grey", final=True),
        State(code="lapsed", label="Not answered in time", holder="Nobody: closed", colour="grey", final=True),
        State(code="withdrawn", label="Withdrawn", holder="Nobody: closed", colour="grey", final=True),
    ),
    steps=(
        *steps("asked", "accepted", may.PLACE_ORDER, told="orderer"),
        *steps("asked", "declined", may.PLACE_ORDER),
        *steps("asked", "lapsed", may.SUBSTITUTE, told="orderer"),
        *steps("asked", "withdrawn", may.SUBSTITUTE),
    ),
)

STANDING_ORDER = Workflow(
    "standing order",
    states=(
        State(code="active", label="Orders on its dates", holder="The portal", colour="green"),
        State(code="paused", label="Paused", holder="Your site: it waits until you resume it", colour="yellow"),
        State(code="stopped", label="Stopped by the portal", holder="Your site: somebody has to act", colour="red"),
        State(code="ended", label="Ended", holder="Nobody: closed", colour="grey", final=True),
    ),
    steps=(
        *steps("active", "paused", may.PLACE_ORDER),
        *steps("active", "stopped", may.PLACE_ORDER),
        *steps(("paused", "stopped"), "active", may.PLACE_ORDER),
        *steps(("active", "paused", "stopped"), "ended", may.PLACE_ORDER),
    ),
)

# The order's derived state is that of its least advanced open line; the list is from least to most
# advanced. Lines that were rejected or cancelled count only when nothing else is left.
ORDER_PRECEDENCE = (
    "awaiting_approval",
    "on_hold",
    "picking",
    "accepted",
    "back_ordered",
    "discrepancy",
    "dispatched",
    "delivered",
    "received",
    "rejected",
    "cancelled",
)
# Of a line in one of these, what is put aside can be picked.
PICKABLE = ("accepted", "back_ordered")
# An order is in one of these while something of it may still be picked.
OPEN_TO_PICKING = (*PICKABLE, "picking")
NOT_DELIVERED = ("awaiting_approval", "accepted", "back_ordered", "on_hold", "picking", "dispatched")
CANCELLABLE = ("awaiting_approval", "accepted", "back_ordered", "on_hold")


def sent_state(*, dispatched: int, delivered: int, received: int) -> str:
    """Where a line stands of which nothing more will be sent: as far as its last pack."""
    if received >= dispatched:
        return "received"
    return "delivered" if delivered >= dispatched else "dispatched"


def order_state(line_states: set[str]) -> str:
    """The derived state of an order with lines in these states. Raises ValueError for an order without lines."""
    for state in ORDER_PRECEDENCE:
        if state in line_states:
            return state
    raise ValueError("An order has at least one line.")
