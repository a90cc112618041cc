"""A change request as a picture: what is done, who has it now, what comes (R8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from portal.casework.models import ChangeRequest, PlanStep
from portal.casework.request_states import CHANGE_REQUEST
from portal.foundation.web.filters import day
from portal.foundation.web.timeline import TimelineStep

_NOTES = {
    "submitted": "",
    "commissioner": "The commissioner decides whether the change may happen.",
    "queried": "Answer the commissioner's question, and it goes back to them.",
    "verifying": "We call the practice on a number we hold, and ask a contact there to confirm.",
    "approving": "Somebody who did not make the call checks everything once more.",
    "cooling_off": "Those on file can still stop it. It takes effect when the time is over.",
    "applying": "We carry it out.",
    "applied": "It is done.",
    "frozen": "Somebody on file said that it is not right. We look into it before anything else happens.",
    "refused": "It was refused. The answer says why.",
    "withdrawn": "It was taken back.",
}
_STOPPED = ("refused", "withdrawn", "frozen")


def holder_of(request: ChangeRequest, plan: Sequence[PlanStep]) -> str:
    """Who has it now: while it is carried out, whoever its plan waits for, or nobody until the next day of the plan."""
    if request.state != "applying":
        return request.holder
    today = timezone.localdate()
    unfinished = [step for step in plan if step.state in ("planned", "failed")]
    due = [step for step in unfinished if step.due_on <= today]
    if unfinished and not due:
        return f"Nobody: the next step is on {day(min(step.due_on for step in unfinished))}"
    waiting = next((step for step in due if step.waits and step.action == "appoint_main_contact"), None)
    if waiting is not None and not any(step.state == "failed" for step in due):
        return f"{waiting.arguments['forename']} {waiting.arguments['surname']}, who was invited"
    return request.holder


def steps_of(request: ChangeRequest, plan: Sequence[PlanStep] = ()) -> list[TimelineStep]:
    """The way of this request. Steps that it does not need are left out; a stop stands where it happened."""
    way = [
        "submitted",
        *(["commissioner"] if request.commissioner_needed else []),
        *(["verifying"] if request.verification_needed else []),
        "approving",
        *(["cooling_off"] if request.cooling_off_until is not None else []),
        "applying",
        "applied",
    ]
    now = {"queried": "commissioner"}.get(request.state, request.state)
    reached = _reached(request, way, now)
    steps = []
    for number, code in enumerate(way):
        state = CHANGE_REQUEST.states[code]
        if number < reached or request.state == "applied":
            steps.append(TimelineStep(title=state.label, state="done", happened_at=_when(request, code)))
        elif number == reached and request.state in _STOPPED:
            steps.append(_present(request, "stopped", request.holder))
        elif number == reached:
            steps.append(_present(request, "current", holder_of(request, plan)))
        else:
            steps.append(TimelineStep(title=state.label, state="future", note=_NOTES[code]))
    return steps


def _reached(request: ChangeRequest, way: list[str], now: str) -> int:
    """How far it has come; for a request that was stopped, where that happened."""
    if now in way:
        return way.index(now)
    if request.approved_at is not None:
        return way.index("applying")
    if request.verified_at is not None:
        return way.index("approving")
    return 1


def _present(request: ChangeRequest, mark: str, who: str) -> TimelineStep:
    state = CHANGE_REQUEST.states[request.state]
    return TimelineStep(
        title=state.label,
        state=mark,  # type: ignore[arg-type]
        happened_at=request.state_since,
        who=who,
        expected_on=request.case.due_on if mark == "current" else None,
        note=_NOTES[request.state],
    )


def _when(request: ChangeRequest, code: str) -> datetime | None:
    return {
        "submitted": request.case.opened_at,
        "verifying": request.verified_at,
        "approving": request.approved_at,
        "cooling_off": request.cooling_off_until,
        "applied": request.applied_at,
    }.get(code)
