"""The states of a case (mission, States)."""

from __future__ import annotations

from portal.casework import permissions as may
from portal.foundation.workflow import State, Workflow, steps

CASE = Workflow(
    "case",
    states=(
        State(code="received", label="Received", holder="The operator's support team", colour="blue"),
        State(code="in_progress", label="Being looked into", holder="A member of the support team", colour="blue"),
        State(code="waiting", label="Waiting", holder="Whoever is named on the case", colour="yellow"),
        State(code="resolved", label="Answered", holder="The site that reported it", colour="green"),
        State(code="closed", label="Closed", holder="Nobody: it is closed", colour="grey", final=True),
    ),
    steps=(
        *steps(("received", "waiting"), "in_progress", may.WORK_CASES),
        *steps("in_progress", "waiting", may.WORK_CASES),
        *steps(("received", "in_progress", "waiting"), "resolved", may.WORK_CASES, told="reporter"),
        *steps("resolved", "closed", may.WORK_CASES, may.REPORT),
    ),
)
