"""How far the records of a closing site have come."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.permissions import WORK_RECORDS

INVENTORY = Workflow(
    "inventory",
    states=(
        State(code="counting", label="Being counted", holder="The site that closes", colour="blue"),
        State(code="moving", label="Leaving", holder="The site, which labels and bags each record", colour="yellow"),
        State(code="done", label="Everything has left", holder="Nobody: it is done", colour="green", final=True),
    ),
    steps=(
        *steps("counting", "moving", COUNT_RECORDS, told="both sides"),
        *steps("moving", "done", WORK_RECORDS, told="both sides"),
    ),
)
