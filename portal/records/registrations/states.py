"""What becomes of a proposal to join two patients (J26)."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.records.registrations.permissions import JOIN_PATIENTS

JOINING = Workflow(
    "joining of patients",
    states=(
        State(
            code="waiting", label="Waits for a second person", holder="The operator: another person", colour="yellow"
        ),
        State(code="joined", label="One patient", holder="Nobody: closed", colour="green", final=True),
        State(code="refused", label="Two people", holder="Nobody: closed", colour="grey", final=True),
        State(code="taken_back", label="Taken back", holder="Nobody: closed", colour="grey", final=True),
    ),
    steps=(
        *steps("waiting", "joined", JOIN_PATIENTS),
        *steps("waiting", "refused", JOIN_PATIENTS),
        *steps("waiting", "taken_back", JOIN_PATIENTS),
    ),
)
# After these the two are as they were, and may be proposed again.
CAME_TO_NOTHING = ("refused", "taken_back")
