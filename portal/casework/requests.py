"""Reading a change request, locking it, and moving it on: what every service that decides one shares."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.casework.events import REQUEST_MOVED
from portal.casework.models import Case, ChangeRequest
from portal.casework.request_states import CHANGE_REQUEST
from portal.foundation.access import Actor
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.workdays.calendar import working_calendar


def change_requests(actor: Actor) -> QuerySet[ChangeRequest]:
    """The requests the actor may see, with their case and organisation."""
    return ChangeRequest.objects.visible_to(actor).select_related(  # type: ignore[attr-defined,no-any-return]
        "case", "case__commissioner", "organisation", "organisation__parent"
    )


def find_request(actor: Actor, reference: str) -> ChangeRequest:
    """The request of a case. Raises NotFound outside the actor's scope (R1)."""
    request = change_requests(actor).filter(case__reference=reference).first()
    if request is None:
        raise NotFound
    return request


def request_of(actor: Actor, case: Case) -> ChangeRequest | None:
    """The change the case asks for; None for an enquiry or a report."""
    found: ChangeRequest | None = change_requests(actor).filter(case=case).first()
    return found


def lock_request(actor: Actor, reference: str) -> ChangeRequest:
    """Locks the case, then its request, in this order everywhere. Raises NotFound outside the actor's scope."""
    case = Case.objects.visible_to(actor).select_for_update().filter(reference=reference).first()  # type: ignore[attr-defined]
    if case is None:
        raise NotFound
    request = (
        ChangeRequest.objects.visible_to(actor)  # type: ignore[attr-defined]
        .select_for_update(of=("self",))
        .select_related("organisation", "organisation__parent")
        .filter(case=case)
        .first()
    )
    if request is None:
        raise NotFound
    request.case = case
    return request  # type: ignore[no-any-return]


def move_request(actor: Actor, request: ChangeRequest, target: str) -> None:
    """Moves the locked request on and saves it whole, with the event. Raises Conflict or Refused as the table says.

    Conflict, too, when another request for the same change is as far as approval already. Its case is looked at
    again on the next working day, unless nobody has anything to do.
    """
    CHANGE_REQUEST.check(actor, request.state, target)
    request.state, request.state_since = target, timezone.now()
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as error:
        if "change_request_one_decided" not in str(error):
            raise
        raise Conflict("Another request for the same change is further on. Settle that one first.") from error
    if not CHANGE_REQUEST.states[target].final:
        tomorrow = timezone.localdate() + timedelta(days=1)
        Case.objects.filter(pk=request.case_id, next_action_on__isnull=False).update(
            next_action_on=working_calendar().next_working_day(tomorrow)
        )
    record(
        REQUEST_MOVED,
        actor=actor,
        subject=request.case,
        organisation_id=request.case.organisation_id,
        state=CHANGE_REQUEST.states[target].label,
    )
