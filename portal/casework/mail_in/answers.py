"""What senders are told. The e-mails say that we have theirs and where to look, not what it was about (R10)."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal.casework.email_links import issue_link
from portal.casework.models import Case
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email


def email_taken(case: Case, *, files_not_kept: int) -> Email:
    """To who wrote: your e-mail is this case. Without an account, with a link, which reaches the address's owner."""
    if case.organisation is None:
        link, hours = issue_link("case", case.reference, case.opened_by_email), policy().durations.link_hours
    else:
        path = reverse("casework:case", kwargs={"code": case.organisation.code, "reference": case.reference})
        link, hours = settings.ENVIRONMENT.base_url + path, 0
    values = {"reference": case.reference, "link": link, "hours": hours, "files_not_kept": files_not_kept}
    return _email("email_taken", case.opened_by_email, f"We have your e-mail: {case.reference}", case.reference, values)


def email_not_taken(address: str, reason: str) -> Email:
    """To who wrote: we could not use it, why, and what to do instead."""
    return _email("email_not_taken", address, "We could not use your e-mail", "", {"reason": reason})


def _email(name: str, address: str, subject: str, about: str, values: dict[str, object]) -> Email:
    values |= {"service_name": settings.SERVICE_NAME, "base_url": settings.ENVIRONMENT.base_url}
    body = render_to_string(f"casework/emails/{name}.txt.jinja", values, using="jinja2")
    return Email(kind=f"casework.{name}", recipients=[address], subject=subject, body=body, about=about)
