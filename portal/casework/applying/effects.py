"""What the steps of a plan do in the directory, to people's access and to cases. Supplies has its own."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from portal.accounts.api import (
    GRANT_MEMBERSHIP,
    AppointMainContact,
    Person,
    appoint_main_contact,
    appointment_of,
    end_all_access,
    quarantine_secure_ordering,
    reset_second_factors,
)
from portal.casework.applying.actions import Done, NotYet, Outcome, action
from portal.casework.events import CASE_MOVED_ON
from portal.casework.models import Case, ChangeRequest, PlanStep
from portal.casework.permissions import APPLY_CHANGE
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor, system_actor
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.web.filters import day
from portal.organisations.api import (
    IMPORT_DIRECTORY,
    AddSite,
    Organisation,
    add_site,
    change_address,
    close_site,
)

_CASES_AT_ONCE = 500


def carrier() -> Actor:
    """The portal as it carries out what people approved: allowed exactly what the steps need."""
    return system_actor("The portal", APPLY_CHANGE, GRANT_MEMBERSHIP, IMPORT_DIRECTORY)


@action("add_site")
def _add_site(request: ChangeRequest, step: PlanStep) -> Outcome:
    site = add_site(carrier(), AddSite(code=step.target, **step.arguments))
    return Done(said=f"{site.name} is in the directory.")


@action("appoint_main_contact")
def _appoint(request: ChangeRequest, step: PlanStep) -> Outcome:
    """Invites, then waits for the answer. Somebody who presses "Try again" (no progress yet) has it sent again."""
    invitation = appointment_of(request.case.reference, step.target)
    if invitation is not None and invitation.state == "accepted":
        return Done(said=f"{invitation.name} is the Main Contact.")
    waits = invitation is not None and invitation.state == "waiting" and invitation.expires_at > timezone.now()
    if not waits and step.progress:
        raise Conflict("The invitation was not accepted. Ask the site whom to invite, then try again.")
    command = AppointMainContact(
        person=Person(**step.arguments), organisation_code=step.target, case_reference=request.case.reference
    )
    invitation = appoint_main_contact(carrier(), command)
    return NotYet(said=f"Waiting for {invitation.name} to accept, until {day(invitation.expires_at)}.")


@action("hold_secure_orders")
def _hold(request: ChangeRequest, step: PlanStep) -> Outcome:
    """Before a site closes, for good; after it moved, for as long as the policy says."""
    until = step.arguments.get("until")
    quarantine = quarantine_secure_ordering(
        carrier(),
        step.target,
        because=request.get_kind_display(),
        case_reference=request.case.reference,
        until=datetime.fromisoformat(until) if until else None,
    )
    return Done(said=f"No numbered forms are ordered there until {day(quarantine.until)}.")


@action("end_users")
def _end_users(request: ChangeRequest, step: PlanStep) -> Outcome:
    ended = end_all_access(carrier(), step.target)
    return Done(said=f"The access of {ended} {'person' if ended == 1 else 'people'} ended.")


@action("close_site")
def _close(request: ChangeRequest, step: PlanStep) -> Outcome:
    close_site(carrier(), step.target, step.due_on)
    return Done(said="It is closed.")


@action("change_address")
def _move(request: ChangeRequest, step: PlanStep) -> Outcome:
    change_address(carrier(), step.target, **step.arguments)
    return Done(said="The directory has the new address.")


@action("reset_second_factor")
def _reset(request: ChangeRequest, step: PlanStep) -> Outcome:
    checked = f"request {request.case.reference}: called {request.telephone_called}"
    reset_second_factors(carrier(), step.arguments["email"], checked=checked)
    return Done(said="They set up a new second factor when they sign in.")


@action("move_cases")
def _move_cases(request: ChangeRequest, step: PlanStep) -> Outcome:
    """Open cases go on under the successor's code; the request itself stays where it was sent."""
    successor = Organisation.objects.filter(code=step.arguments["successor"]).first()
    if successor is None:
        raise NotFound(f"The directory does not know {step.arguments['successor']} yet.")
    moving = (
        Case.objects.select_for_update(of=("self",))
        .filter(organisation__code=step.target, state__in=OPEN_STATES, request=None)
        .order_by("id")[:_CASES_AT_ONCE]
    )
    cases = list(moving)
    for case in cases:
        case.organisation = successor
        case.save(update_fields=["organisation"])
        record(CASE_MOVED_ON, actor=carrier(), subject=case, organisation_id=successor.id, code=step.target)
    if len(cases) == _CASES_AT_ONCE:
        return NotYet(said=f"{_CASES_AT_ONCE} cases have moved; more follow.")
    return Done(said=f"{len(cases)} open {'case' if len(cases) == 1 else 'cases'} moved.")
