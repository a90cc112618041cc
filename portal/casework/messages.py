"""The e-mails of casework. They say that there is news, not what it is (R10)."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal.casework.models import Case
from portal.foundation.outbox.queue import Email


def case_answered(case: Case) -> list[Email]:
    """To the reporter."""
    path = reverse("casework:case", kwargs={"code": case.organisation.code, "reference": case.reference})
    values = {"case": case, "link": settings.ENVIRONMENT.base_url + path, "service_name": settings.SERVICE_NAME}
    return [
        Email(
            kind="casework.answered",
            recipients=[case.opened_by_email] if case.opened_by_email else [],
            subject=f"Your report {case.reference} has an answer",
            body=render_to_string("casework/emails/case_answered.txt.jinja", values, using="jinja2"),
            about=case.reference,
        )
    ]
