"""The states of an invitation (J12)."""

from __future__ import annotations

from portal.accounts.permissions import MANAGE_USERS
from portal.foundation.access import OWN_ACCOUNT
from portal.foundation.workflow import State, Workflow, steps

INVITATION = Workflow(
    "invitation",
    states=(
        State(code="waiting", label="Invited", holder="The person invited", colour="yellow"),
        State(code="accepted", label="Accepted", holder="Nobody: it is done", colour="green", final=True),
        State(code="declined", label="Declined", holder="Nobody: it was declined", colour="grey", final=True),
        State(code="cancelled", label="Cancelled", holder="Nobody: it was cancelled", colour="grey", final=True),
        State(code="expired", label="Expired", holder="Nobody: it is over", colour="grey", final=True),
    ),
    steps=(
        *steps("waiting", "accepted", OWN_ACCOUNT, told="Main Contact"),
        *steps("waiting", "declined", OWN_ACCOUNT, told="Main Contact"),
        *steps("waiting", "cancelled", MANAGE_USERS),
        *steps("waiting", "expired", MANAGE_USERS),
    ),
)
