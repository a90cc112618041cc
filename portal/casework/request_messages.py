"""The e-mails about change requests. They name what and where, never what was typed, and no patient (R10)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from portal.accounts.api import emails_of
from portal.casework.email_links import issue_link
from portal.casework.messages import way_to_case
from portal.casework.models import ChangeRequest
from portal.casework.people_on_file import addresses_on_file
from portal.casework.permissions import APPROVE_CHANGE, DECIDE_CHANGE
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line
from portal.organisations.api import Organisation


def received(request: ChangeRequest) -> Email:
    """To whoever asks: we have it, and the way to it, which for somebody without account is a link of their own."""
    subject = f"We have your request {request.case.reference}"
    return to_requester(request, "request_received", subject, way_to_case(request.case))


def to_requester(request: ChangeRequest, kind: str, subject: str, own_page: str = "", **values: Any) -> Email:
    """An e-mail to whoever asked, with the way to the request's page."""
    link = own_page or own_page_of(request)
    return email(request, kind, [request.case.opened_by_email], subject, link=link, **values)


def somebody_asks(request: ChangeRequest, address: str, link: str) -> Email:
    """To somebody on file: this was asked for; stop it if it is not right."""
    return email(
        request,
        "somebody_asks",
        [address],
        f"Somebody asked for a change at {place_of(request)}",
        link=link,
        hours=policy().durations.link_hours,
    )


def asks_commissioner(request: ChangeRequest) -> list[Email]:
    """To everybody who decides for the commissioner: there is a request."""
    case = request.case
    if case.commissioner is None:
        return []
    people = emails_of(DECIDE_CHANGE, organisation_id=case.commissioner.id)
    link = absolute_address("commissioner:request", code=case.commissioner.code, reference=case.reference)
    return [
        email(request, "commissioner_asked", [each], f"Please decide: {case.reference}", link=link) for each in people
    ]


def question(request: ChangeRequest) -> list[Email]:
    """To whoever asked: the commissioner wants to know something."""
    return [to_requester(request, "commissioner_question", f"A question about your request {request.case.reference}")]


def frozen(request: ChangeRequest) -> list[Email]:
    """To the approvers, whoever asked, and everybody on file: it is stopped until it is checked."""
    reference = request.case.reference
    operator = Organisation.objects.filter(code=settings.OPERATOR_CODE).first()
    approvers = emails_of(APPROVE_CHANGE, organisation_id=operator.id) if operator is not None else []
    page = absolute_address("staff_requests:request", reference=reference)
    told = [email(request, "request_frozen_staff", [each], f"Stopped: {reference}", link=page) for each in approvers]
    return [
        *told,
        to_requester(request, "request_frozen", f"Your request {reference} is stopped for a check"),
        *told_on_file(request, "request_frozen_on_file", f"The change {reference} is stopped"),
    ]


def cooling_off(request: ChangeRequest) -> list[Email]:
    """To whoever asked, and to everybody on file with a new link to stop it: approved, and when it takes effect."""
    reference, until = request.case.reference, request.cooling_off_until
    own = to_requester(request, "request_approved", f"Your request {reference} is approved", until=until)
    return [
        own,
        *(
            email(
                request,
                "request_takes_effect",
                [address],
                f"A change at {place_of(request)} takes effect soon",
                link=issue_link("freeze", reference, address),
                until=until,
            )
            for address in addresses_on_file(request)
        ),
    ]


def decided(request: ChangeRequest) -> list[Email]:
    """To whoever asked: it was refused, and the page says why. Those on file learn that it is over."""
    reference = request.case.reference
    return [
        to_requester(request, "request_refused", f"Your request {reference} has an answer"),
        *told_on_file(request, "request_over", f"The change {reference} does not happen"),
    ]


def withdrawn(request: ChangeRequest) -> list[Email]:
    """To those on file: whoever asked has taken it back."""
    return told_on_file(request, "request_over", f"The change {request.case.reference} does not happen")


def applied(request: ChangeRequest) -> list[Email]:
    """To whoever asked and those on file: it is done."""
    reference = request.case.reference
    return [
        to_requester(request, "request_done", f"Your request {reference} is done"),
        *told_on_file(request, "request_done_on_file", f"The change {reference} is done"),
    ]


def told_on_file(request: ChangeRequest, kind: str, subject: str) -> list[Email]:
    """One e-mail to each address on file: they do not learn of each other."""
    return [email(request, kind, [address], subject) for address in addresses_on_file(request)]


def email(request: ChangeRequest, kind: str, recipients: list[str], subject: str, **values: Any) -> Email:
    """An e-mail of casework about the request, from the template of that name."""
    case = request.case
    context = {
        "case": case,
        "what": request.get_kind_display().lower(),
        "place": place_of(request),
        "contact": absolute_address("home:contact"),
        **values,
    }
    told = [address for address in recipients if address]
    return text_email(f"casework.{kind}", told, subject, about=case.reference, **context)


def own_page_of(request: ChangeRequest) -> str:
    """The request's page for a member of the organisation that asked."""
    case = request.case
    if case.organisation is None:
        return absolute_address("casework_requests:status")
    return way_to_case(case)


def place_of(request: ChangeRequest) -> str:
    """What would change, by the directory's name; the code alone where the directory does not know it."""
    if request.organisation is not None:
        return one_line(request.organisation.name)
    return one_line(request.subject_code)
