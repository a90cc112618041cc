"""The commissioner's part: agree to a closure, relocation or merger, ask about it, or refuse it (J29, F8, F19)."""

from __future__ import annotations

from portal.casework import request_messages
from portal.casework.distance import check_distance
from portal.casework.events import QUESTION_ANSWERED, REQUEST_DECIDED
from portal.casework.models import ChangeRequest, Decision
from portal.casework.models.proof import DECISIONS
from portal.casework.permissions import DECIDE_CHANGE, REQUEST_CHANGE
from portal.casework.requests import lock_request, move_request
from portal.casework.services.say import say
from portal.casework.services.start_request import next_after_commissioner
from portal.casework.settling import settle_case
from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.queue import queue_emails

_WITHOUT_A_WORD = "agreed"


@service(DECIDE_CHANGE)
def decide_for_commissioner(actor: Actor, reference: str, outcome: str, reason: str = "") -> ChangeRequest:
    """Decides (``outcome``: agreed, queried, refused) and tells whoever asked.

    Raises NotFound for a request of another commissioner's organisation, Conflict when it is not here to be
    decided, InvalidInput when a question or refusal says nothing, Refused for somebody who asked for it.
    """
    request = lock_request(actor, reference)
    if outcome not in _TARGETS:
        raise InvalidInput({"outcome": "Choose what you decide."})
    if outcome != _WITHOUT_A_WORD and not reason.strip():
        raise InvalidInput({"reason": "Say why, or what you want to know. Whoever asked reads it."})
    if request.state != "commissioner":
        raise Conflict(f"This request does not wait for you. It is: {request.state_label.lower()}.")
    with system_scope():  # whoever decides sees the request, and not whom we have on file there
        check_distance(actor, request)
        _decide(actor, request, outcome, reason.strip())
    return request


@service(REQUEST_CHANGE)
def answer_question(actor: Actor, reference: str, text: str) -> ChangeRequest:
    """Answers the commissioner's question: the request goes back to them. Raises Conflict when none is open."""
    request = lock_request(actor, reference)
    if request.state != "queried":
        raise Conflict("The commissioner has no open question about this request.")
    if not text.strip():
        raise InvalidInput({"text": "Write your answer."})
    say(actor, request.case, text.strip(), side="requester")
    move_request(actor, request, "commissioner")
    record(QUESTION_ANSWERED, actor=actor, subject=request.case, organisation_id=request.case.organisation_id)
    with system_scope():  # the commissioner's people are none of the practice's
        queue_emails(request_messages.asks_commissioner(request))
    return request


def _decide(actor: Actor, request: ChangeRequest, outcome: str, reason: str) -> None:
    Decision.objects.create(
        case=request.case,
        decided_by_id=actor.user_id,
        decided_by_name=actor.name,
        decider="commissioner",
        outcome=outcome,
        reason=reason,
    )
    record(
        REQUEST_DECIDED,
        actor=actor,
        subject=request.case,
        organisation_id=request.case.organisation_id,
        outcome=DECISIONS[outcome].lower(),
    )
    _TARGETS[outcome](actor, request, reason)


def _agree(actor: Actor, request: ChangeRequest, reason: str) -> None:
    request.commissioner_decided_by_id = actor.user_id
    move_request(actor, request, next_after_commissioner(request))


def _ask(actor: Actor, request: ChangeRequest, reason: str) -> None:
    say(actor, request.case, reason, side="commissioner")
    move_request(actor, request, "queried")
    queue_emails(request_messages.question(request))


def _refuse(actor: Actor, request: ChangeRequest, reason: str) -> None:
    move_request(actor, request, "refused")
    settle_case(request.case, f"The commissioner refused the request. {reason}")
    queue_emails(request_messages.decided(request))


_TARGETS = {"agreed": _agree, "queried": _ask, "refused": _refuse}
