"""How far a cage has come."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.records.permissions import SCAN_RECORDS

CAGE = Workflow(
    "cage",
    states=(
        State(code="open", label="Being filled", holder="The hub", colour="blue"),
        State(code="closed", label="Waiting for the courier", holder="The hub", colour="yellow"),
        State(code="left", label="Left", holder="The courier", colour="green", final=True),
    ),
    steps=(
        *steps("open", "closed", SCAN_RECORDS),
        *steps("closed", "open", SCAN_RECORDS),
        *steps("closed", "left", SCAN_RECORDS, told="courier"),
    ),
)
