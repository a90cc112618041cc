"""The way of one consignment as a picture: picked, on its way, delivered, confirmed (J6)."""

from __future__ import annotations

from portal.foundation.web.timeline import StepState, TimelineStep
from portal.supplies.models import Consignment


def consignment_steps(consignment: Consignment) -> list[TimelineStep]:
    """Four steps, whatever the consignment's state."""
    return [_picked(consignment), _on_its_way(consignment), _delivered(consignment), _confirmed(consignment)]


def _picked(consignment: Consignment) -> TimelineStep:
    if consignment.state == "picking":
        return TimelineStep(title="Picked and packed", state="current", note="The warehouse is picking it now.")
    return TimelineStep(title="Picked and packed", state="done", happened_at=consignment.packed_at)


def _on_its_way(consignment: Consignment) -> TimelineStep:
    if consignment.dispatched_at is None:
        if consignment.state == "packed":
            return TimelineStep(title="On its way", state="current", note="It is packed. The carrier collects it next.")
        return TimelineStep(title="On its way", state="future")
    notes = {"failed": "The carrier tried to deliver, and will try again."}
    return TimelineStep(
        title="On its way",
        state="current" if consignment.state in ("dispatched", "failed") else "done",
        happened_at=consignment.dispatched_at,
        who=" ".join(part for part in (consignment.carrier, consignment.carrier_reference) if part),
        note=notes.get(consignment.state, ""),
    )


def _delivered(consignment: Consignment) -> TimelineStep:
    if consignment.delivered_at is not None:
        who = f"taken in by {consignment.received_by}"
        return TimelineStep(title="Delivered", state="done", happened_at=consignment.delivered_at, who=who)
    if consignment.state == "discrepancy":
        note = "A problem was reported. The operator's support team is looking into it."
        return TimelineStep(title="Delivered", state="stopped", note=note)
    return TimelineStep(title="Delivered", state="future", expected_on=consignment.order.promised_on)


def _confirmed(consignment: Consignment) -> TimelineStep:
    if consignment.state == "received":
        return TimelineStep(
            title="Receipt confirmed",
            state="done",
            happened_at=consignment.confirmed_at,
            who=consignment.confirmed_by_name,
        )
    states: dict[str, StepState] = {"delivered": "current"}
    note = ""
    if consignment.state == "delivered":
        note = "Check what is in it, and confirm what arrived."
    elif consignment.state == "discrepancy" and consignment.delivered_at is not None:
        states["discrepancy"] = "stopped"
        note = "Something was reported missing or wrong. The operator's support team is looking into it."
    return TimelineStep(title="Receipt confirmed", state=states.get(consignment.state, "future"), note=note)
