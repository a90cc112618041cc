"""The e-mails of casework to the operator's own staff. They name the case, never what was said (R10)."""

from __future__ import annotations

from portal.casework.models import Case
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line


def case_given(case: Case, by: str, email: str) -> list[Email]:
    """To a colleague: the case is theirs now."""
    return [_email(case, "case_given", f"{case.reference} is yours", email, by=one_line(by))]


def wait_ran_out(case: Case, email: str) -> list[Email]:
    """To the owner: nothing came in time, so the case is theirs to act on again."""
    return [_email(case, "wait_ran_out", f"The wait of {case.reference} is over", email)]


def _email(case: Case, kind: str, subject: str, email: str, **values: str) -> Email:
    link = absolute_address("staff_casework:case", reference=case.reference)
    return text_email(f"casework.{kind}", [email], subject, about=case.reference, case=case, link=link, **values)
