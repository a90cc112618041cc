"""The e-mails about the courier's visits and about records that were found. Plain text, no patient data (R10)."""

from __future__ import annotations

from datetime import time
from typing import Any

from portal.accounts.api import emails_of
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import day, one_line
from portal.organisations.models import Organisation
from portal.records.models import CollectionVisit, Movement
from portal.records.permissions import MOVE_RECORDS


def window(opens: time, closes: time) -> str:
    """A time window in words, such as 09:00 to 13:00."""
    return f"{opens:%H:%M} to {closes:%H:%M}"


def visit_arranged(visit: CollectionVisit) -> Email:
    """To those who move records at the site: somebody comes on another day."""
    subject = f"The courier comes on {day(visit.on)}"
    return _email("collection_arranged", visit.organisation, subject, visit=visit)


def visit_cancelled(visit: CollectionVisit) -> Email:
    """To those who move records at the site: nobody comes, and why."""
    subject = f"The courier does not come on {day(visit.on)}"
    return _email("collection_cancelled", visit.organisation, subject, visit=visit)


def visit_missed(visit: CollectionVisit) -> Email:
    """To those who move records at the site: we have seen by ourselves that nobody came."""
    subject = f"Nobody collected your records on {day(visit.on)}"
    return _email("collection_missed", visit.organisation, subject, visit=visit)


def days_changed(organisation: Organisation, sentence: str) -> Email:
    """To those who move records at the site: the courier's usual days are others now."""
    return _email("collection_days_changed", organisation, "The courier's day has changed", sentence=sentence)


def original_found(movement: Movement, organisation: Organisation) -> Email:
    """To those who move records at the site: the original of a record that was put together anew lies beside it."""
    return text_email(
        "records.original_found",
        emails_of(MOVE_RECORDS, organisation_id=organisation.id),
        "A lost paper record was found",
        about=movement.reference,
        site=one_line(organisation.name),
        movement=movement.reference,
        link=absolute_address("records:records", code=organisation.code),
    )


def _email(kind: str, organisation: Organisation, subject: str, **values: Any) -> Email:
    visit: CollectionVisit | None = values.get("visit")
    return text_email(
        f"records.{kind}",
        emails_of(MOVE_RECORDS, organisation_id=organisation.id),
        subject,
        about=visit.reference if visit else organisation.code,
        site=one_line(organisation.name),
        hours=window(visit.opens, visit.closes) if visit else "",
        link=absolute_address("records:collections", code=organisation.code),
        **values,
    )
