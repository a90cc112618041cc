"""The e-mails about missing forms. They name the case; the numbers are read in the portal."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal.casework.api import Case
from portal.foundation.outbox.queue import Email
from portal.foundation.web.filters import one_line


def forms_missing(case: Case, ink: str, people: list[str]) -> list[Email]:
    """To everybody who manages the site's users: forms are missing, and what prescribers do now."""
    if case.organisation is None:
        return []
    path = reverse("casework:case", kwargs={"code": case.organisation.code, "reference": case.reference})
    values = {
        "case": case,
        "site": one_line(case.organisation.name),
        "ink": ink,
        "link": settings.ENVIRONMENT.base_url + path,
        "service_name": settings.SERVICE_NAME,
    }
    body = render_to_string("serials/emails/forms_missing.txt.jinja", values, using="jinja2")
    subject = f"Prescription forms are missing: {case.reference}"
    return [
        Email(kind="serials.forms_missing", recipients=[each], subject=subject, body=body, about=case.reference)
        for each in people
    ]
