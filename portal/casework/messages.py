"""The e-mails of casework. They say that there is news, not what it is (R10)."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal.casework.clock import closes_on
from portal.casework.email_links import issue_link
from portal.casework.journeys.journey import Journey
from portal.casework.models import Case, RequestDraft
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email
from portal.foundation.web.filters import one_line


def case_opened(case: Case) -> list[Email]:
    """To the reporter: we have it, under this reference."""
    return [_email(case, "case_opened", f"We have your case {case.reference}")]


def case_answered(case: Case) -> list[Email]:
    """To the reporter: there is an answer."""
    return [_email(case, "case_answered", f"Your case {case.reference} has an answer")]


def case_written(case: Case) -> list[Email]:
    """To the reporter: there is news."""
    return [_email(case, "case_written", f"There is news about {case.reference}")]


def case_closed(case: Case) -> list[Email]:
    """To whoever asked: closed by itself, because they did not say that the answer is not enough."""
    return [_email(case, "case_closed", f"We have closed {case.reference}")]


def directory_says(case: Case, people: list[str]) -> list[Email]:
    """To each of a site's managers: the directory says something new of it, and here is what to do."""
    return [replace(_email(case, "directory_says", case.subject), recipients=[each]) for each in people]


def _own_page(case: Case) -> str:
    """Where whoever opened the case reads it: a page to sign in for, or a link where there is no account."""
    if case.organisation is None:
        return issue_link("case", case.reference, case.opened_by_email)
    path = reverse("casework:case", kwargs={"code": case.organisation.code, "reference": case.reference})
    return str(settings.ENVIRONMENT.base_url) + path


def _email(case: Case, kind: str, subject: str) -> Email:
    values = {
        "case": case,
        "site": one_line(case.organisation.name) if case.organisation else "",
        "about": f"{case.about_type} {case.about_reference}" if case.about_type else one_line(case.subject),
        "link": _own_page(case),
        "closes_on": closes_on(case),
        "reopen_days": policy().durations.reopen_days,
        "service_name": settings.SERVICE_NAME,
    }
    return Email(
        kind=f"casework.{kind}",
        recipients=[case.opened_by_email] if case.opened_by_email else [],
        subject=subject,
        body=render_to_string(f"casework/emails/{kind}.txt.jinja", values, using="jinja2"),
        about=case.reference,
    )


def draft_started(draft: RequestDraft, journey: Journey, link: str) -> Email:
    """To the address that somebody without account gave: the link with which the request goes on."""
    values = {
        "title": journey.title,
        "link": link,
        "hours": policy().durations.link_hours,
        "service_name": settings.SERVICE_NAME,
    }
    return Email(
        kind="casework.draft_started",
        recipients=[draft.email],
        subject="Go on with your request",
        body=render_to_string("casework/emails/draft_started.txt.jinja", values, using="jinja2"),
        about=draft.reference,
    )


def case_link(case: Case, link: str) -> Email:
    """To whoever opened a case without an account and wants to see it again."""
    values = {
        "case": case,
        "link": link,
        "hours": policy().durations.link_hours,
        "service_name": settings.SERVICE_NAME,
    }
    return Email(
        kind="casework.case_link",
        recipients=[case.opened_by_email],
        subject=f"Your link to {case.reference}",
        body=render_to_string("casework/emails/case_link.txt.jinja", values, using="jinja2"),
        about=case.reference,
    )
