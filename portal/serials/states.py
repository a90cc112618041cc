"""Where a numbered form can be, and the steps between (J7, J24, J25; mission, R4)."""

from __future__ import annotations

from portal.foundation.workflow import State, Workflow, steps
from portal.serials import permissions as may

SERIAL_RANGE = Workflow(
    "serial range",
    states=(
        State(code="in_store", label="In a store", holder="The operator's store", colour="blue"),
        State(code="allocated", label="In a consignment", holder="The operator, or its carrier", colour="blue"),
        State(code="at_site", label="At the site", holder="The site", colour="green"),
        State(code="issued", label="Issued", holder="Whoever they were issued to", colour="green"),
        State(code="returned", label="Sent back", holder="The operator", colour="yellow"),
        State(code="missing", label="Reported missing", holder="The operator, who looks into it", colour="red"),
        State(code="destroyed", label="Destroyed", holder="Nobody: they are destroyed", colour="grey", final=True),
        State(code="lost", label="Lost for good", holder="Nobody: they are lost", colour="red", final=True),
    ),
    steps=(
        *steps("in_store", "allocated", may.ALLOCATE_SERIALS),
        *steps("allocated", "in_store", may.ALLOCATE_SERIALS),
        *steps("allocated", "at_site", may.KEEP_FORMS),
        *steps("at_site", "issued", may.KEEP_FORMS),
        *steps("issued", "at_site", may.KEEP_FORMS),
        *steps(("at_site", "issued"), "returned", may.KEEP_FORMS),
        *steps("returned", "in_store", may.RECEIVE_SERIALS),
        *steps(("at_site", "issued"), "destroyed", may.KEEP_FORMS),
        *steps(("in_store", "returned"), "destroyed", may.RECEIVE_SERIALS),
        *steps(("allocated", "at_site", "issued", "returned"), "missing", may.REPORT_FORMS, told="support"),
        *steps("in_store", "missing", may.RECEIVE_SERIALS, told="support"),
        *steps("missing", "at_site", may.SETTLE_INCIDENTS, told="site"),
        *steps("missing", "in_store", may.SETTLE_INCIDENTS),
        *steps("missing", "lost", may.SETTLE_INCIDENTS, told="site"),
    ),
)

SECURE_RELEASE = Workflow(
    "secure release",
    states=(
        State(code="waiting", label="Waiting for a second person", holder="The operator", colour="yellow"),
        State(code="released", label="Released", holder="The operator's warehouse", colour="green", final=True),
        State(code="refused", label="Not released", holder="Nobody: it is closed", colour="grey", final=True),
    ),
    steps=(
        *steps("waiting", "released", may.RELEASE_ORDERS, told="orderer"),
        *steps("waiting", "refused", may.RELEASE_ORDERS, told="orderer"),
    ),
)

SERIAL_RULE = Workflow(
    "serial rule",
    states=(
        State(code="waiting", label="Waits for a second person", holder="The operator's stock room", colour="yellow"),
        State(code="in_force", label="In force", holder="The operator's stock room", colour="green"),
        State(code="replaced", label="Replaced", holder="Nobody: another is in force", colour="grey", final=True),
        State(code="rejected", label="Not agreed", holder="Nobody: closed", colour="grey", final=True),
    ),
    steps=(
        *steps("waiting", "in_force", may.AGREE_FORMAT),
        *steps("waiting", "rejected", may.AGREE_FORMAT),
        *steps("in_force", "replaced", may.AGREE_FORMAT),
    ),
)

PAD_TASK = Workflow(
    "pad task",
    states=(
        State(code="open", label="To be done", holder="The site", colour="yellow"),
        State(code="closed", label="Done", holder="Nobody: it is done", colour="green", final=True),
    ),
    steps=steps("open", "closed", may.KEEP_PRESCRIBERS),
)
