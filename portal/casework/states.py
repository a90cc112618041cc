"""The states of a case, and of the change that a case may ask for (mission, States)."""

from __future__ import annotations

from portal.casework import permissions as may
from portal.foundation.workflow import State, Workflow, steps

CASE = Workflow(
    "case",
    states=(
        State(code="received", label="Received", holder="The operator's support team", colour="blue"),
        State(code="in_progress", label="Being looked into", holder="A member of the support team", colour="blue"),
        State(code="waiting", label="Waiting", holder="Whoever is named on the case", colour="yellow"),
        State(code="resolved", label="Answered", holder="Whoever asked", colour="green"),
        State(code="closed", label="Closed", holder="Nobody: it is closed", colour="grey"),
        State(code="merged", label="Joined to another case", holder="See the other case", colour="grey", final=True),
    ),
    steps=(
        *steps("received", "in_progress", may.WORK_CASES),
        # Whoever asked moves it on, too: by the reply the case waited for.
        *steps("waiting", "in_progress", may.WORK_CASES, may.REPORT),
        # Nobody's any more: put back, moved to another queue, or its owner has left.
        *steps("in_progress", "received", may.WORK_CASES, told="queue"),
        *steps("waiting", "received", may.WORK_CASES, may.REPORT, told="queue"),
        *steps(("received", "in_progress"), "waiting", may.WORK_CASES),
        *steps(("received", "in_progress", "waiting"), "resolved", may.WORK_CASES, told="requester"),
        *steps("resolved", "closed", may.WORK_CASES, may.REPORT),
        # A duplicate has no answer of its own: the case it is merged into answers.
        *steps(("received", "in_progress", "waiting", "resolved"), "merged", may.WORK_CASES, told="requester"),
        *steps(("resolved", "closed"), "received", may.WORK_CASES, may.REPORT, told="queue"),
    ),
)
OPEN_STATES = ("received", "in_progress", "waiting")
