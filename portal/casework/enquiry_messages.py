"""The e-mails of enquiries. They name the kind of enquiry, never what was typed (R10)."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal.casework.enquiry_types import EnquiryType
from portal.casework.models import Case, RequestDraft
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email


def confirm_address(draft: RequestDraft, enquiry: EnquiryType, link: str) -> Email:
    """To the address somebody without account gave: the link with which the enquiry is sent."""
    values = {
        "title": enquiry.name,
        "link": link,
        "hours": policy().durations.link_hours,
        "service_name": settings.SERVICE_NAME,
    }
    return Email(
        kind="casework.enquiry_confirm",
        recipients=[draft.email],
        subject="Confirm your e-mail address to send your enquiry",
        body=render_to_string("casework/emails/enquiry_confirm.txt.jinja", values, using="jinja2"),
        about=draft.reference,
    )


def received(case: Case, link: str) -> list[Email]:
    """To whoever asked: the reference, who has it, and by when. ``link`` is '' for a signed-in person."""
    if not case.opened_by_email:
        return []
    if not link and case.organisation is not None:
        path = reverse("casework:case", kwargs={"code": case.organisation.code, "reference": case.reference})
        link = settings.ENVIRONMENT.base_url + path
    values = {
        "case": case,
        "queue": policy().queues.get(case.queue, case.queue),
        "link": link,
        "service_name": settings.SERVICE_NAME,
    }
    body = render_to_string("casework/emails/enquiry_received.txt.jinja", values, using="jinja2")
    return [
        Email(
            kind="casework.enquiry_received",
            recipients=[case.opened_by_email],
            subject=f"We have your enquiry {case.reference}",
            body=body,
            about=case.reference,
        )
    ]
