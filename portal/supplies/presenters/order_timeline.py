"""An order as a picture: what happened, where it is now, what comes next (J6)."""

from __future__ import annotations

from portal.foundation.web.timeline import StepState, TimelineStep
from portal.supplies.models import ApprovalRoute, Consignment, Order
from portal.supplies.order_selectors import WholeOrder
from portal.supplies.states import ORDER_LINE

_NOW = {
    "awaiting_approval": "Waiting for approval",
    "accepted": "The warehouse picks it next",
    "back_ordered": "Waiting for stock to come in",
    "on_hold": "On hold. The operator releases it",
    "picking": "The warehouse is picking it now",
}


def timeline_of(whole: WholeOrder) -> list[TimelineStep]:
    """The steps of an order: placed, approved where it had to be, then one strand for each consignment."""
    order = whole.order
    steps = [TimelineStep(title="Placed", state="done", happened_at=order.placed_at, who=order.placed_by_name)]
    if order.approval_route != ApprovalRoute.NONE:
        steps.append(_approval(order))
    if order.state in ("rejected", "cancelled"):
        return [*steps, *_ended(order)]
    sent = [each for each in whole.consignments if each.state != "cancelled"]
    if not sent:
        return [*steps, *_not_sent(order)]
    several = len(sent) > 1
    for consignment in sent:
        steps += _consignment(consignment, named=several)
    if any(line.outstanding for line in whole.lines if line.state not in ("rejected", "cancelled", "picking")):
        steps.append(_rest(whole))
    return steps


def holder_of(whole: WholeOrder) -> str:
    """Who has the order now, in words that name the carrier where it has it."""
    moving = [each for each in whole.consignments if each.state in ("dispatched", "failed")]
    if whole.order.state == "dispatched" and moving:
        return " and ".join(sorted({each.carrier for each in moving}))
    if whole.order.state == "awaiting_approval":
        return "The operator" if whole.order.approval_route == ApprovalRoute.OPERATOR else "An approver at your site"
    return ORDER_LINE.states[whole.order.state].holder


def _approval(order: Order) -> TimelineStep:
    if order.decided_at is None:
        who = "The operator" if order.approval_route == ApprovalRoute.OPERATOR else "Somebody else at your site"
        stopped = order.state == "cancelled"
        return TimelineStep(title="Approval", state="stopped" if stopped else "current", who="" if stopped else who)
    rejected = order.state == "rejected"
    return TimelineStep(
        title="Not approved" if rejected else "Approved",
        state="stopped" if rejected else "done",
        happened_at=order.decided_at,
        who=order.decided_by_name,
        note=order.decision_reason,
    )


def _ended(order: Order) -> list[TimelineStep]:
    return [TimelineStep(title="Cancelled", state="stopped")] if order.state == "cancelled" else []


def _not_sent(order: Order) -> list[TimelineStep]:
    waiting = order.state == "awaiting_approval"
    picking = TimelineStep(
        title="Picked and packed",
        state="future" if waiting else "current",
        note="" if waiting else _NOW.get(order.state, ""),
    )
    return [picking, *_to_come(order)]


def _to_come(order: Order) -> list[TimelineStep]:
    return [
        TimelineStep(title="On its way", state="future"),
        TimelineStep(title="Delivered", state="future", expected_on=order.promised_on),
        TimelineStep(title="You confirm what arrived", state="future"),
    ]


def _consignment(consignment: Consignment, *, named: bool) -> list[TimelineStep]:
    suffix = f": {consignment.reference}" if named else ""
    picked = consignment.state not in ("picking",)
    steps = [
        TimelineStep(
            title=f"Picked and packed{suffix}",
            state="done" if picked else "current",
            happened_at=consignment.packed_at if picked else None,
            note="" if picked else _NOW["picking"],
        )
    ]
    return [*steps, _on_its_way(consignment), _delivered(consignment), _confirmed(consignment)]


def _on_its_way(consignment: Consignment) -> TimelineStep:
    who = " ".join(part for part in (consignment.carrier, consignment.carrier_reference) if part)
    if consignment.dispatched_at is None:
        return TimelineStep(title="On its way", state="current" if consignment.state == "packed" else "future")
    moving = consignment.state in ("dispatched", "failed")
    note = "The carrier tried to deliver and will try again." if consignment.state == "failed" else ""
    return TimelineStep(
        title="On its way", state="current" if moving else "done", happened_at=consignment.dispatched_at, who=who, note=note
    )


def _delivered(consignment: Consignment) -> TimelineStep:
    if consignment.delivered_at is None:
        stopped = consignment.state == "discrepancy"
        note = "You reported a problem. We are looking into it." if stopped else ""
        return TimelineStep(
            title="Delivered",
            state="stopped" if stopped else "future",
            expected_on=None if stopped else consignment.order.promised_on,
            note=note,
        )
    taken_in = f"taken in by {consignment.received_by}"
    return TimelineStep(title="Delivered", state="done", happened_at=consignment.delivered_at, who=taken_in)


def _confirmed(consignment: Consignment) -> TimelineStep:
    states: dict[str, StepState] = {"received": "done", "discrepancy": "stopped", "delivered": "current"}
    state = states.get(consignment.state, "future")
    notes = {
        "discrepancy": "Something was reported missing or wrong. We are looking into it.",
        "delivered": "Check what is in it, and confirm it below.",
    }
    return TimelineStep(
        title="Confirmed by you" if state == "done" else "You confirm what arrived",
        state=state,
        happened_at=consignment.confirmed_at if state == "done" else None,
        who=consignment.confirmed_by_name if state == "done" else "",
        note=notes.get(consignment.state, ""),
    )


def _rest(whole: WholeOrder) -> TimelineStep:
    waiting = [line for line in whole.lines if line.outstanding and line.state not in ("rejected", "cancelled")]
    dates = [line.promised_on for line in waiting]
    listed = ", ".join(f"{line.outstanding} of {line.item_name}" for line in waiting)
    return TimelineStep(
        title="The rest follows",
        state="current",
        expected_on=None if None in dates else max(each for each in dates if each),
        note=listed,
    )
