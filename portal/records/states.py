"""Where a bag stands on its journey, and what has become of a part (mission, States; J9, J26)."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.records.permissions import MOVE_RECORDS, SCAN_RECORDS, START_MOVEMENTS, WORK_RECORDS

# A movement has no steps of its own: its state is that of its most worrying, then least advanced bag.
MOVEMENT = Workflow(
    "movement",
    states=(
        State(code="requested", label="Requested", holder="The place that has the record", colour="blue"),
        State(code="in_progress", label="In Progress", holder="The place that has the record", colour="blue"),
        State(code="ready", label="Ready for Collection", holder="The courier, who will collect it", colour="yellow"),
        State(code="collected", label="Collected", holder="The courier", colour="yellow"),
        State(code="in_transit", label="In Transit", holder="The courier", colour="yellow"),
        State(code="delivered", label="Delivered", holder="The place it was sent to", colour="green"),
        State(
            code="in_storage",
            label="In storage at GP practice",
            holder="The practice it was sent to",
            colour="green",
            final=True,
        ),
        State(code="in_store", label="In store", holder="The operator's store", colour="green", final=True),
        State(code="no_paper", label="No Paper Record", holder="Nobody: there is no paper", colour="grey", final=True),
        State(code="missing", label="Missing", holder="The operator, who looks for it", colour="red"),
        State(code="lost", label="Lost", holder="The operator", colour="red"),
        State(code="cancelled", label="Cancelled", holder="The place that has the record", colour="grey", final=True),
    ),
    steps=(
        *steps("requested", "in_progress", MOVE_RECORDS, WORK_RECORDS),
        *steps(("requested", "in_progress"), "ready", MOVE_RECORDS, SCAN_RECORDS, told="courier"),
        *steps("ready", "in_progress", MOVE_RECORDS, WORK_RECORDS),
        # A scan may never come: where the bag turns up next tells that it had been there.
        *steps(("requested", "in_progress", "ready"), "collected", SCAN_RECORDS),
        *steps(("requested", "in_progress", "ready", "collected", "delivered"), "in_transit", SCAN_RECORDS),
        *steps(("requested", "in_progress", "ready", "collected", "in_transit"), "delivered", SCAN_RECORDS),
        *steps(
            ("requested", "in_progress", "ready", "collected", "in_transit", "delivered", "missing", "lost"),
            "in_storage",
            MOVE_RECORDS,
            SCAN_RECORDS,
            told="both sides",
        ),
        *steps(
            ("requested", "in_progress", "ready", "collected", "in_transit", "delivered", "missing", "lost"),
            "in_store",
            SCAN_RECORDS,
            told="both sides",
        ),
        *steps(("requested", "in_progress", "missing", "lost"), "no_paper", MOVE_RECORDS, WORK_RECORDS, told="taker"),
        *steps(
            ("requested", "in_progress", "ready", "collected", "in_transit", "delivered"),
            "missing",
            MOVE_RECORDS,
            SCAN_RECORDS,
            WORK_RECORDS,
            told="both sides and the operator",
        ),
        *steps("missing", "lost", WORK_RECORDS, told="both sides"),
        *steps(("missing", "lost"), "collected", SCAN_RECORDS),
        *steps(("missing", "lost"), "in_transit", SCAN_RECORDS),
        *steps(("missing", "lost"), "delivered", SCAN_RECORDS),
        *steps(("missing", "lost"), "requested", MOVE_RECORDS, WORK_RECORDS),
        *steps(("missing", "lost"), "ready", MOVE_RECORDS, SCAN_RECORDS),
        *steps(
            ("requested", "in_progress", "ready", "missing", "lost"),
            "cancelled",
            WORK_RECORDS,
            START_MOVEMENTS,
            told="both sides",
        ),
    ),
)

# The first of these that one of its bags is in is the state of a movement.
MOVEMENT_PRECEDENCE = (
    "lost", "missing", "requested", "in_progress", "ready", "collected", "in_transit", "delivered", "in_storage",
    "in_store", "no_paper", "cancelled",
)  # fmt: skip
FINAL = tuple(code for code, state in MOVEMENT.states.items() if state.final)
BEFORE_LEAVING = ("requested", "in_progress", "ready")
ON_THE_ROAD = ("collected", "in_transit")
SOUGHT = ("missing", "lost")


def state_of_movement(states: list[str]) -> str:
    """The state of a movement from those of its bags. Raises StopIteration without any."""
    return next(state for state in MOVEMENT_PRECEDENCE if state in states)


RECORD_PART = Workflow(
    "record part",
    states=(
        State(code="kept", label="Accounted for", holder="Whoever the chain of custody names", colour="green"),
        State(code="missing", label="Missing", holder="The operator, who looks for it", colour="red"),
        State(code="lost", label="Lost", holder="The operator", colour="red"),
        State(code="destroyed", label="Destroyed", holder="Nobody: it was destroyed", colour="grey", final=True),
    ),
    steps=(
        *steps("kept", "missing", MOVE_RECORDS, SCAN_RECORDS, WORK_RECORDS, told="both sides and the operator"),
        *steps("missing", "lost", WORK_RECORDS, told="both sides"),
        *steps(("missing", "lost"), "kept", MOVE_RECORDS, SCAN_RECORDS, WORK_RECORDS, told="both sides"),
        *steps(("kept", "missing", "lost"), "destroyed", MOVE_RECORDS, WORK_RECORDS),
    ),
)

# What a visit was is worked out from the scans, so a scan that comes late may still change it.
COLLECTION = Workflow(
    "collection",
    states=(
        State(code="planned", label="Planned", holder="The courier, who comes on the day", colour="blue"),
        State(code="made", label="Collected", holder="The courier", colour="green", final=True),
        State(code="partly", label="Bags left behind", holder="The operator, who asks the courier", colour="orange"),
        State(code="nothing", label="Nothing was waiting", holder="Nobody", colour="grey"),
        State(code="missed", label="Missed", holder="The operator, who arranges another visit", colour="red"),
        State(code="cancelled", label="Cancelled", holder="Nobody", colour="grey", final=True),
    ),
    steps=(
        *steps("planned", "made", WORK_RECORDS),
        *steps("planned", "partly", WORK_RECORDS),
        *steps("planned", "nothing", WORK_RECORDS),
        *steps(("planned", "nothing"), "missed", MOVE_RECORDS, WORK_RECORDS, told="the operator, or the site"),
        *steps(("nothing", "missed"), "made", WORK_RECORDS),
        *steps(("nothing", "missed"), "partly", WORK_RECORDS),
        *steps("partly", "made", WORK_RECORDS),
        *steps("planned", "cancelled", WORK_RECORDS, told="site"),
    ),
)
