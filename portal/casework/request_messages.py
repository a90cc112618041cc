"""The e-mails about change requests. They name what and where, never what was typed, and no patient (R10)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal.casework.models import ChangeRequest
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email
from portal.foundation.web.filters import one_line


def received(request: ChangeRequest, own_page: str) -> Email:
    """To whoever asks: we have it. ``own_page`` is a link of their own; '' for somebody who signs in."""
    return to_requester(request, "request_received", f"We have your request {request.case.reference}", own_page)


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


def email(request: ChangeRequest, kind: str, recipients: list[str], subject: str, **values: Any) -> Email:
    """An e-mail of casework about the request, from the template of that name."""
    case = request.case
    context = {
        "case": case,
        "what": request.get_kind_display().lower(),
        "place": place_of(request),
        "service_name": settings.SERVICE_NAME,
        "contact": settings.ENVIRONMENT.base_url + reverse("home:contact"),
        **values,
    }
    return Email(
        kind=f"casework.{kind}",
        recipients=[address for address in recipients if address],
        subject=subject,
        body=render_to_string(f"casework/emails/{kind}.txt.jinja", context, using="jinja2"),
        about=case.reference,
    )


def own_page_of(request: ChangeRequest) -> str:
    """The request's page for a member of the organisation that asked."""
    case = request.case
    if case.organisation is None:
        return str(settings.ENVIRONMENT.base_url) + reverse("casework_requests:status")
    values = {"code": case.organisation.code, "reference": case.reference}
    return str(settings.ENVIRONMENT.base_url) + reverse("casework:case", kwargs=values)


def place_of(request: ChangeRequest) -> str:
    """What would change, by the directory's name; the code alone where the directory does not know it."""
    if request.organisation is not None:
        return one_line(request.organisation.name)
    return one_line(request.subject_code)
