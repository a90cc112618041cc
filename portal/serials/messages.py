"""The e-mails about missing forms. They name the case; the numbers are read in the portal."""

from __future__ import annotations

from dataclasses import replace

from portal.casework.api import Case
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line


def forms_missing(case: Case, ink: str, people: list[str]) -> list[Email]:
    """To everybody who manages the site's users: forms are missing, and what prescribers do now."""
    if case.organisation is None:
        return []
    email = text_email(
        "serials.forms_missing",
        [],
        f"Prescription forms are missing: {case.reference}",
        about=case.reference,
        case=case,
        site=one_line(case.organisation.name),
        ink=ink,
        link=absolute_address("casework:case", code=case.organisation.code, reference=case.reference),
    )
    return [replace(email, recipients=[each]) for each in people]
