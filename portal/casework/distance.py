"""Who may work on a request: nobody who asked for it, and nobody who belongs to the organisation (J21, trust 2.5)."""

from __future__ import annotations

from portal.accounts.api import is_member
from portal.casework.models import ChangeRequest
from portal.casework.people_on_file import organisations_concerned
from portal.foundation.access import Actor
from portal.foundation.errors import Refused


def check_distance(actor: Actor, request: ChangeRequest) -> None:
    """Raises Refused for somebody who asked for the change, or who has a membership where it would happen."""
    if actor.user_id is not None and actor.user_id == request.requested_by_id:
        raise Refused("You asked for this change, so somebody else must work on it.")
    if actor.email and actor.email.lower() == request.case.opened_by_email.lower():
        raise Refused("You asked for this change, so somebody else must work on it.")
    for organisation in organisations_concerned(request):
        if is_member(actor.user_id, organisation_id=organisation.id):
            raise Refused(f"You belong to {organisation.name}, so somebody else must work on this request.")


def check_not_the_caller(actor: Actor, request: ChangeRequest) -> None:
    """Raises Refused for whoever verified the request: who calls does not approve."""
    if actor.user_id is not None and actor.user_id == request.verified_by_id:
        raise Refused("You made the call that verified this request, so somebody else must decide it.")
