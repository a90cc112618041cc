"""The operator's decision on a request: approve, send back, refuse (J21). Caller and approver are two people."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.casework import request_messages
from portal.casework.applying.apply import begin
from portal.casework.distance import check_distance, check_not_the_caller
from portal.casework.events import REQUEST_DECIDED
from portal.casework.models import ChangeRequest, Decision
from portal.casework.models.proof import DECISIONS
from portal.casework.permissions import APPROVE_CHANGE
from portal.casework.policy import policy
from portal.casework.requests import lock_request, move_request
from portal.casework.settling import settle_case
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.queue import queue_emails

# Kinds in which somebody loses what they have, so they get time to object.
_COOLS_OFF = frozenset({"main_contact", "lost_factor"})


@service(APPROVE_CHANGE)
def approve_request(actor: Actor, reference: str) -> ChangeRequest:
    """Approves a verified request. It takes effect at once, or after the cooling-off where that is due.

    Raises Refused for the caller, the requester and members of the organisation; Conflict when another request
    of this kind for the same organisation is that far already, or when this one is not waiting for approval;
    FreshSecondFactorNeeded unless one was given just now.
    """
    actor.require_fresh_second_factor()
    request = _locked_at_a_distance(actor, reference)
    if request.state != "approving":
        raise Conflict(f"This request is not waiting for approval. It is: {request.state_label.lower()}.")
    request.approved_by_id, request.approved_at = actor.user_id, timezone.now()
    _decided(actor, request, "approved")
    if needs_cooling_off(request):
        request.cooling_off_until = timezone.now() + timedelta(hours=policy().durations.cooling_off_hours)
        move_request(actor, request, "cooling_off")
        queue_emails(request_messages.cooling_off(request))
        return request
    return begin(actor, request)


def needs_cooling_off(request: ChangeRequest) -> bool:
    """Whether somebody on file may be surprised: always, unless the Main Contact asked, signed in."""
    return request.kind in _COOLS_OFF and not request.requested_by_main_contact


@service(APPROVE_CHANGE)
def send_back(actor: Actor, reference: str, reason: str) -> ChangeRequest:
    """Back to be verified again: the earlier call no longer counts. Raises InvalidInput without a reason."""
    request = _locked_for_decision(actor, reference, reason)
    _decided(actor, request, "sent_back", reason)
    _forget_verification(request)
    move_request(actor, request, "verifying")
    return request


@service(APPROVE_CHANGE)
def unfreeze_request(actor: Actor, reference: str, reason: str) -> ChangeRequest:
    """Lets a stopped request go on, to be verified from the beginning. Not by whoever verified it before."""
    request = _locked_for_decision(actor, reference, reason)
    if request.state != "frozen":
        raise Conflict("This request is not stopped.")
    _decided(actor, request, "unfrozen", reason)
    _forget_verification(request)
    undecided = request.commissioner_needed and request.commissioner_decided_by_id is None
    move_request(actor, request, "commissioner" if undecided else "verifying")
    return request


@service(APPROVE_CHANGE)
def refuse_request(actor: Actor, reference: str, reason: str) -> ChangeRequest:
    """Refuses the request, and tells whoever asked that there is an answer with the reason."""
    request = _locked_for_decision(actor, reference, reason)
    _decided(actor, request, "refused", reason)
    move_request(actor, request, "refused")
    settle_case(request.case, f"The request was refused. {reason}")
    queue_emails(request_messages.decided(request))
    return request


def _locked_for_decision(actor: Actor, reference: str, reason: str) -> ChangeRequest:
    if not reason.strip():
        raise InvalidInput({"reason": "Say why. Whoever asked reads it."})
    return _locked_at_a_distance(actor, reference)


def _locked_at_a_distance(actor: Actor, reference: str) -> ChangeRequest:
    request = lock_request(actor, reference)
    check_distance(actor, request)
    check_not_the_caller(actor, request)
    return request


def _forget_verification(request: ChangeRequest) -> None:
    request.verified_by_id = request.verified_at = None
    request.approved_by_id = request.approved_at = request.cooling_off_until = None
    request.telephone_called = ""
    request.verification_needed = True


def _decided(actor: Actor, request: ChangeRequest, outcome: str, reason: str = "") -> None:
    Decision.objects.create(
        case=request.case,
        decided_by_id=actor.user_id,
        decided_by_name=actor.name,
        decider="operator",
        outcome=outcome,
        reason=reason.strip(),
    )
    record(
        REQUEST_DECIDED,
        actor=actor,
        subject=request.case,
        organisation_id=request.case.organisation_id,
        outcome=DECISIONS[outcome].lower(),
    )
