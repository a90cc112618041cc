"""A change request as a picture: what is done, who has it now, what comes (R8)."""

from __future__ import annotations

from datetime import datetime

from portal.casework.models import ChangeRequest
from portal.casework.request_states import CHANGE_REQUEST
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


def steps_of(request: ChangeRequest) -> list[TimelineStep]:
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
            steps.append(_present(request, "stopped"))
        elif number == reached:
            steps.append(_present(request, "current"))
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


def _present(request: ChangeRequest, mark: str) -> TimelineStep:
    state = CHANGE_REQUEST.states[request.state]
    return TimelineStep(
        title=state.label,
        state=mark,  # type: ignore[arg-type]
        happened_at=request.state_since,
        who=state.holder,
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
