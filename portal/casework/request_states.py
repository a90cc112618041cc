"""The states of a change request: verification, approval, applied (mission, States; J13-J18, J21)."""

from __future__ import annotations

from portal.casework import permissions as may
from portal.foundation.workflow import State, Workflow, steps

CHANGE_REQUEST = Workflow(
    "change request",
    states=(
        State(code="submitted", label="Sent", holder="The operator's data managers", colour="blue"),
        State(code="commissioner", label="With the commissioner", holder="The commissioner", colour="yellow"),
        State(code="queried", label="The commissioner has a question", holder="Whoever asked", colour="yellow"),
        State(code="verifying", label="Being verified", holder="The operator's data managers", colour="blue"),
        State(code="approving", label="Waiting for approval", holder="The operator's approvers", colour="blue"),
        State(code="cooling_off", label="Approved, not yet in effect", holder="Nobody: time passes", colour="yellow"),
        State(code="applying", label="Being carried out", holder="The operator's data managers", colour="blue"),
        State(code="applied", label="Done", holder="Nobody: it is done", colour="green", final=True),
        State(code="frozen", label="Stopped for a check", holder="The operator's approvers", colour="red"),
        State(code="refused", label="Refused", holder="Nobody: it was refused", colour="red", final=True),
        State(code="withdrawn", label="Withdrawn", holder="Nobody: it was withdrawn", colour="grey", final=True),
    ),
    steps=(
        *steps("submitted", "commissioner", may.REQUEST_CHANGE, told="commissioner"),
        *steps("submitted", "verifying", may.REQUEST_CHANGE, told="those on file"),
        *steps("queried", "commissioner", may.REQUEST_CHANGE, told="commissioner"),
        *steps("commissioner", "queried", may.DECIDE_CHANGE, told="requester"),
        *steps("commissioner", "verifying", may.DECIDE_CHANGE, told="those on file"),
        *steps("commissioner", "approving", may.DECIDE_CHANGE, told="approvers"),
        *steps("submitted", "approving", may.REQUEST_CHANGE, told="approvers"),
        *steps("verifying", "approving", may.VERIFY_CHANGE, told="approvers"),
        *steps("approving", "verifying", may.APPROVE_CHANGE, told="data managers"),
        *steps("approving", "cooling_off", may.APPROVE_CHANGE, told="those on file"),
        *steps("approving", "applying", may.APPROVE_CHANGE, told="requester"),
        *steps("cooling_off", "applying", may.APPLY_CHANGE, told="requester"),
        *steps("applying", "applied", may.APPLY_CHANGE, told="requester, those on file"),
        *steps(
            ("commissioner", "queried", "verifying", "approving", "cooling_off", "applying"),
            "frozen",
            may.FREEZE_CHANGE,
            told="approvers",
        ),
        *steps("frozen", "commissioner", may.APPROVE_CHANGE, told="commissioner"),
        *steps("frozen", "verifying", may.APPROVE_CHANGE, told="data managers"),
        *steps("commissioner", "refused", may.DECIDE_CHANGE, told="requester"),
        *steps("queried", "refused", may.APPROVE_CHANGE, told="requester"),
        *steps(("verifying", "approving", "cooling_off", "frozen"), "refused", may.APPROVE_CHANGE, told="requester"),
        *steps(
            ("submitted", "commissioner", "queried", "verifying", "approving", "cooling_off", "frozen"),
            "withdrawn",
            may.REQUEST_CHANGE,
            told="those on file",
        ),
    ),
)
LIVE_STATES = tuple(code for code, state in CHANGE_REQUEST.states.items() if not state.final)
# Only one request of a kind may be this far for an organisation; anybody may send another before that.
DECIDED_STATES = ("approving", "cooling_off", "applying")
