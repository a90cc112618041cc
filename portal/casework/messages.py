"""The e-mails of casework. They say that there is news, not what it is (R10)."""

from __future__ import annotations

from dataclasses import replace

from portal.casework.clock import closes_on
from portal.casework.email_links import issue_link
from portal.casework.journeys.journey import Journey
from portal.casework.models import Case, RequestDraft
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
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


def way_to_case(case: Case) -> str:
    """Where whoever opened the case reads it: a page to sign in for, or a new link where there is no account."""
    if case.organisation is None:
        return issue_link("case", case.reference, case.opened_by_email)
    if case.organisation.kind == "operator":
        return absolute_address("staff_casework:case", reference=case.reference)
    return absolute_address("casework:case", code=case.organisation.code, reference=case.reference)


def _email(case: Case, kind: str, subject: str) -> Email:
    about = f"{case.about_type} {case.about_reference}" if case.about_type else one_line(case.subject)
    return text_email(
        f"casework.{kind}",
        [case.opened_by_email] if case.opened_by_email else [],
        subject,
        about=case.reference,
        case=case,
        site=one_line(case.organisation.name) if case.organisation else "",
        what=about,
        link=way_to_case(case),
        closes_on=closes_on(case),
        reopen_days=policy().durations.reopen_days,
    )


def draft_started(draft: RequestDraft, journey: Journey, link: str) -> Email:
    """To the address that somebody without account gave: the link with which the request goes on."""
    return text_email(
        "casework.draft_started",
        [draft.email],
        "Go on with your request",
        about=draft.reference,
        title=journey.title,
        link=link,
        hours=policy().durations.link_hours,
    )


def case_link(case: Case, link: str) -> Email:
    """To whoever opened a case without an account and wants to see it again."""
    return text_email(
        "casework.case_link",
        [case.opened_by_email],
        f"Your link to {case.reference}",
        about=case.reference,
        case=case,
        link=link,
        hours=policy().durations.link_hours,
    )
