"""A call to verify a request: to a number on file, with an outcome that is chosen, every attempt kept (J21)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from portal.casework import request_messages
from portal.casework.distance import check_distance
from portal.casework.events import CALL_MADE
from portal.casework.models import CallAttempt, ChangeRequest, VerifiedContact
from portal.casework.models.proof import CALL_OUTCOMES, QUESTIONS
from portal.casework.numbers_on_file import NumberOnFile, numbers_on_file
from portal.casework.permissions import VERIFY_CHANGE
from portal.casework.requests import lock_request, move_request
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.queue import queue_emails

SETTLING = frozenset({"confirmed", "denied"})


@dataclass(frozen=True, kw_only=True)
class RecordCall:
    """The command. ``number`` is the key of a number on file, never a number; ``asked`` codes of the questions."""

    number: str
    outcome: str
    spoke_to: str = ""
    position: str = ""
    asked: list[str] = field(default_factory=list)
    note: str = ""


@service(VERIFY_CHANGE)
def record_call(actor: Actor, reference: str, command: RecordCall) -> ChangeRequest:
    """Keeps the attempt and, where it settles the matter, moves the request on.

    ``confirmed`` leads to approval, by somebody else; ``denied`` stops the request; anything else leaves it to be
    verified again. Raises InvalidInput for a number that is not on file or too young to confirm by, for a
    confirmation without a name or with questions left out; Refused for somebody too near to the request.
    """
    request = lock_request(actor, reference)
    check_distance(actor, request)
    if request.state != "verifying":
        raise Conflict(f"This request is not being verified. It is: {request.state_label.lower()}.")
    number = _number(request, command)
    _check(command, number)
    _write(actor, request, command, number)
    if command.outcome == "confirmed":
        request.verified_by_id, request.verified_at = actor.user_id, timezone.now()
        request.telephone_called = number.number
        _remember(request, command, number)
        move_request(actor, request, "approving")
    elif command.outcome == "denied":
        request.frozen_at, request.frozen_by_name = timezone.now(), command.spoke_to
        request.frozen_because = "The practice said on the telephone that the change is not right."
        move_request(actor, request, "frozen")
        queue_emails(request_messages.frozen(request))
    return request


def _number(request: ChangeRequest, command: RecordCall) -> NumberOnFile:
    for number in numbers_on_file(request):
        if number.key == command.number:
            return number
    raise InvalidInput({"number": "Choose one of the numbers we hold. A number from the request is never called."})


def _check(command: RecordCall, number: NumberOnFile) -> None:
    errors: dict[str | None, str] = {}
    if command.outcome not in CALL_OUTCOMES:
        errors["outcome"] = "Choose how the call ended. A note alone settles nothing."
    if command.outcome in SETTLING:
        if not command.spoke_to.strip():
            errors["spoke_to"] = "Enter the name of the person you spoke to."
        if not command.position.strip():
            errors["position"] = "Enter what that person is at the practice."
    if command.outcome == "confirmed":
        if missing := [code for code in QUESTIONS if code not in command.asked]:
            errors["asked"] = f"Tick every question you asked. {len(missing)} of {len(QUESTIONS)} are not ticked."
        if not number.settled:
            errors["number"] = number.warning
    if errors:
        raise InvalidInput(errors)


def _write(actor: Actor, request: ChangeRequest, command: RecordCall, number: NumberOnFile) -> None:
    CallAttempt.objects.create(
        case=request.case,
        made_by_id=actor.user_id,
        made_by_name=actor.name,
        number_source=number.source,
        number=number.number,
        number_since=number.since,
        outcome=command.outcome,
        spoke_to=command.spoke_to.strip(),
        position=command.position.strip(),
        asked=[code for code in command.asked if code in QUESTIONS],
        note=command.note.strip(),
    )
    record(
        CALL_MADE,
        actor=actor,
        subject=request.case,
        organisation_id=request.case.organisation_id,
        outcome=CALL_OUTCOMES[command.outcome],
        source=number.source,
    )


def _remember(request: ChangeRequest, command: RecordCall, number: NumberOnFile) -> None:
    if request.organisation is None:
        return
    VerifiedContact.objects.get_or_create(
        organisation=request.organisation,
        telephone=number.number,
        name=command.spoke_to.strip(),
        defaults={"case": request.case, "position": command.position.strip()},
    )
