"""An order as a picture: what happened, where it is now, what comes next (J6)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.web.timeline import TimelineStep
from portal.supplies.models import ApprovalRoute, Order
from portal.supplies.order_selectors import WholeOrder, lines_to_follow
from portal.supplies.presenters.consignment_timeline import consignment_steps

# What the warehouse does with lines that no consignment carries yet.
_NOT_PICKED = {
    "accepted": "The warehouse picks it next.",
    "back_ordered": "It waits for stock to come in.",
    "on_hold": "It is on hold until the operator releases it.",
    "picking": "The warehouse is picking it now.",
}


@dataclass(frozen=True, kw_only=True)
class Strand:
    """One line of the picture: the whole order, or one of its consignments. ``title`` is '' where there is one."""

    title: str
    label: str
    steps: list[TimelineStep]


def picture_of(whole: WholeOrder) -> list[Strand]:
    """The strands of the picture: one for an order in one piece, else its beginning and one for each consignment."""
    order = whole.order
    beginning = _beginning(order)
    progress = f"Progress of order {order.reference}"
    carried = [each for each in whole.consignments if each.state != "cancelled"]
    if order.state in ("rejected", "cancelled") and not carried:
        return [Strand(title="", label=progress, steps=[*beginning, *_ended(order)])]
    if not carried:
        return [Strand(title="", label=progress, steps=[*beginning, *_not_picked(order)])]
    rest = _rest(whole)
    if len(carried) == 1 and rest is None:
        return [Strand(title="", label=progress, steps=[*beginning, *consignment_steps(carried[0])])]
    strands = [Strand(title="The order", label=progress, steps=beginning)]
    for consignment in carried:
        name = f"Consignment {consignment.reference}"
        strands.append(Strand(title=name, label=f"Progress of {name}", steps=consignment_steps(consignment)))
    if rest is not None:
        strands.append(Strand(title="Still to be sent", label="Progress of what is still to be sent", steps=[rest]))
    return strands


def timeline_of(whole: WholeOrder) -> list[TimelineStep]:
    """The steps of all strands in one list."""
    return [step for strand in picture_of(whole) for step in strand.steps]


def _beginning(order: Order) -> list[TimelineStep]:
    placed = TimelineStep(title="Placed", state="done", happened_at=order.placed_at, who=order.placed_by_name)
    return [placed] if order.approval_route == ApprovalRoute.NONE else [placed, _approval(order)]


def _approval(order: Order) -> TimelineStep:
    if order.decided_at is None:
        if order.state == "cancelled":
            return TimelineStep(title="Approval", state="stopped", note="It was cancelled before anybody decided.")
        by_operator = order.approval_route == ApprovalRoute.OPERATOR
        who = "The operator decides" if by_operator else "Somebody else at the site decides"
        return TimelineStep(title="Approval", state="current", who=who)
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


def _not_picked(order: Order) -> list[TimelineStep]:
    note = _NOT_PICKED.get(order.state, "")
    return [
        TimelineStep(title="Picked and packed", state="current" if note else "future", note=note),
        TimelineStep(title="On its way", state="future"),
        TimelineStep(title="Delivered", state="future", expected_on=order.promised_on),
        TimelineStep(title="Receipt confirmed", state="future"),
    ]


def _rest(whole: WholeOrder) -> TimelineStep | None:
    """What no consignment carries yet; None when that is nothing."""
    waiting = [line for line in lines_to_follow(whole.lines) if line.state != "picking"]
    if not waiting:
        return None
    dates = [line.promised_on for line in waiting]
    known = [each for each in dates if each is not None]
    return TimelineStep(
        title=", ".join(f"{line.outstanding} x {line.item_name}" for line in waiting),
        state="current",
        expected_on=max(known) if len(known) == len(dates) else None,
        note=" ".join(sorted({_NOT_PICKED[line.state] for line in waiting if line.state in _NOT_PICKED})),
    )
