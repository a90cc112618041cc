"""Stopping a request: by somebody on file who follows their link, or by staff (J21). It can approve nothing."""

from __future__ import annotations

from django.utils import timezone

from portal.casework import request_messages
from portal.casework.applying.apply import undo_unfinished
from portal.casework.events import REQUEST_FROZEN
from portal.casework.models import ChangeRequest
from portal.casework.permissions import FREEZE_CHANGE
from portal.casework.requests import lock_request, move_request
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.queue import queue_emails

REASONS = {
    "not_asked": "Nobody here asked for this",
    "wrong_person": "The person named does not work here",
    "wrong_details": "Something in it is wrong",
    "unsure": "I do not know of it, and want it checked",
}


@service(FREEZE_CHANGE)
def freeze_request(actor: Actor, reference: str, reason: str) -> ChangeRequest:
    """Stops the request until an approver has looked at it. One that is stopped already stays so.

    Raises NotFound for a request that the actor's link does not lead to; Conflict once the change is in effect or
    ended, because then only a new request undoes it; InvalidInput without a reason.
    """
    if reason not in REASONS:
        raise InvalidInput({"reason": "Choose why it is to be stopped."})
    with system_scope():  # whoever holds a link may stop this request, and sees nobody else who is told
        request = lock_request(actor, reference)
        if request.state == "frozen":
            nothing_changed()
            return request
        if request.state in ("applied", "refused", "withdrawn"):
            raise Conflict(
                f"This request has ended: {request.state_label.lower()}. Contact us at once if that is wrong."
            )
        if request.state == "applying":
            undo_unfinished(request)
        request.frozen_at, request.frozen_by_name = timezone.now(), actor.email or actor.name
        request.frozen_because = REASONS[reason]
        move_request(actor, request, "frozen")
        record(
            REQUEST_FROZEN,
            actor=actor,
            subject=request.case,
            organisation_id=request.case.organisation_id,
            because=REASONS[reason],
        )
        queue_emails(request_messages.frozen(request))
    return request
