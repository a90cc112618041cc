"""What becomes of the question to somebody who had a record before (J26)."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.records.permissions import MOVE_RECORDS, WORK_RECORDS

SEARCH = Workflow(
    "search task",
    states=(
        State(code="asked", label="Asked", holder="Whoever had the record before", colour="yellow"),
        State(code="found", label="Found", holder="Nobody: it was found", colour="green", final=True),
        State(code="not_here", label="Not there", holder="The operator, who goes on looking", colour="grey"),
        State(code="withdrawn", label="No longer needed", holder="Nobody", colour="grey", final=True),
    ),
    steps=(
        *steps("asked", "not_here", MOVE_RECORDS, WORK_RECORDS, told="the operator"),
        # Somebody looks once more, and finds it after all.
        *steps(("asked", "not_here"), "found", MOVE_RECORDS, WORK_RECORDS, told="everybody who was asked"),
        *steps(("asked", "not_here"), "withdrawn", MOVE_RECORDS, WORK_RECORDS),
    ),
)
