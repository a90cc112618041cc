"""Where a temporary resident's form stands (J11)."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.records.permissions import SCAN_RECORDS
from portal.records.temporary_residents.permissions import HANDLE_FORMS, ROUTE_FORMS

_UNREAD = ("to_route", "waiting", "returned")

TEMPORARY_FORM = Workflow(
    "temporary resident form",
    states=(
        State(code="to_route", label="Practice to be found", holder="The operator", colour="orange"),
        State(code="waiting", label="Not downloaded yet", holder="The patient's practice", colour="blue"),
        State(code="downloaded", label="Downloaded", holder="The patient's practice", colour="yellow"),
        State(code="archived", label="Archived", holder="The patient's practice", colour="green", final=True),
        State(code="returned", label="Returned: not their patient", holder="The operator", colour="red"),
        State(code="posted", label="Sent on paper", holder="The patient's practice", colour="green", final=True),
        State(code="withdrawn", label="Withdrawn", holder="The practice that sent it", colour="grey", final=True),
        State(code="refused", label="File refused", holder="The practice that sent it", colour="red", final=True),
    ),
    steps=(
        *steps("to_route", "waiting", HANDLE_FORMS, ROUTE_FORMS, told="the patient's practice"),
        *steps("returned", "waiting", ROUTE_FORMS, told="the patient's practice"),
        *steps("waiting", "downloaded", HANDLE_FORMS),
        *steps(("waiting", "downloaded"), "returned", HANDLE_FORMS, told="the operator"),
        # The practice has closed, or the operator takes back what nobody there downloads.
        *steps("waiting", "to_route", ROUTE_FORMS),
        *steps("downloaded", "archived", HANDLE_FORMS, ROUTE_FORMS),
        *steps(("to_route", "returned"), "posted", ROUTE_FORMS),
        *steps(_UNREAD, "withdrawn", HANDLE_FORMS),
        *steps(_UNREAD, "refused", ROUTE_FORMS, told="the practice that sent it"),
    ),
)

# What lies on paper in it is no part of a patient's record, so no chain of custody is made up for it.
PAPER_BAG = Workflow(
    "bag of forms",
    states=(
        State(code="printed", label="Label made", holder="The practice", colour="blue"),
        State(code="handed_over", label="With the courier", holder="The courier", colour="yellow"),
        State(code="arrived", label="At the hub", holder="The operator's hub", colour="yellow"),
        State(code="emptied", label="Forms sent on", holder="Nobody: it is empty", colour="green", final=True),
        State(code="missing", label="Missing", holder="The operator, who looks for it", colour="red"),
        State(code="void", label="Label not used", holder="Nobody", colour="grey", final=True),
    ),
    steps=(
        *steps("printed", "handed_over", HANDLE_FORMS, SCAN_RECORDS),
        *steps("missing", "handed_over", SCAN_RECORDS),
        *steps(("printed", "handed_over", "missing"), "arrived", ROUTE_FORMS, SCAN_RECORDS),
        *steps("handed_over", "missing", ROUTE_FORMS),
        *steps("arrived", "emptied", ROUTE_FORMS),
        *steps("printed", "void", HANDLE_FORMS),
    ),
)
BAG_ENDED = tuple(code for code, state in PAPER_BAG.states.items() if state.final)

FINAL = tuple(code for code, state in TEMPORARY_FORM.states.items() if state.final)
AT_A_PRACTICE = ("waiting", "downloaded", "archived")
TO_ROUTE = ("to_route", "returned")
UNREAD = _UNREAD
