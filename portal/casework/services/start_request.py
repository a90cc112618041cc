"""A request begins: it goes to the commissioner or to be verified, and those on file are told (J21)."""

from __future__ import annotations

from portal.casework import request_messages
from portal.casework.email_links import issue_link
from portal.casework.models import ChangeRequest
from portal.casework.people_on_file import addresses_on_file
from portal.casework.permissions import REQUEST_CHANGE
from portal.casework.requests import move_request
from portal.foundation.access import Actor, service
from portal.foundation.outbox.queue import queue_emails


@service(REQUEST_CHANGE)
def start_request(actor: Actor, request: ChangeRequest) -> ChangeRequest:
    """Moves a request that was just written to its first holder, and writes to everybody it concerns.

    Called in the transaction that writes the request, by an actor who may ask for it; the caller has
    ``system_scope``, because a requester sees neither the people on file nor, yet, the case.
    """
    target = "commissioner" if request.commissioner_needed else next_after_commissioner(request)
    move_request(actor, request, target)
    queue_emails([request_messages.received(request), *notices(request)])
    if target == "commissioner":
        queue_emails(request_messages.asks_commissioner(request))
    return request


def next_after_commissioner(request: ChangeRequest) -> str:
    """Where a request goes once no commissioner has to decide: to be verified, or straight to approval."""
    return "verifying" if request.verification_needed else "approving"


def notices(request: ChangeRequest) -> list:  # type: ignore[type-arg]
    """To each address on file: somebody asks for this, and here you can stop it. A link of their own for each."""
    reference = request.case.reference
    return [
        request_messages.somebody_asks(request, address, issue_link("freeze", reference, address))
        for address in addresses_on_file(request)
    ]
