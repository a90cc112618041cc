"""Taking back a request that one sent."""

from __future__ import annotations

from portal.casework import request_messages
from portal.casework.events import REQUEST_WITHDRAWN
from portal.casework.models import ChangeRequest
from portal.casework.permissions import CHANGE_ORGANISATION, REQUEST_CHANGE
from portal.casework.requests import lock_request, move_request
from portal.casework.settling import settle_case
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Refused
from portal.foundation.outbox.queue import queue_emails


@service(REQUEST_CHANGE)
def withdraw_request(actor: Actor, reference: str) -> ChangeRequest:
    """Ends the request while nothing of it is in effect; those on file are told. Raises Conflict when it is."""
    request = lock_request(actor, reference)
    if actor.user_id != request.requested_by_id and not actor.can(CHANGE_ORGANISATION):
        raise Refused("Only whoever asked for it, or the Main Contact, can take this request back.")
    move_request(actor, request, "withdrawn")
    settle_case(request.case, "The request was taken back by whoever sent it.")
    record(REQUEST_WITHDRAWN, actor=actor, subject=request.case, organisation_id=request.case.organisation_id)
    queue_emails(request_messages.withdrawn(request))
    return request
