"""The e-mail that asks a practice to look for a record. Plain text, no patient data, one link (R10)."""

from __future__ import annotations

from portal.accounts.api import emails_of
from portal.foundation.outbox.queue import queue_email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line
from portal.records.permissions import MOVE_RECORDS
from portal.records.searches.models import SearchTask


def asked_to_look(task: SearchTask) -> None:
    """To those who move records at the practice; the operator's own places find it on the staff's page."""
    organisation = task.organisation
    if organisation is None:
        return
    queue_email(
        text_email(
            "searches.asked_to_look",
            emails_of(MOVE_RECORDS, organisation_id=organisation.id),
            "Please look for a paper record",
            about=task.reference,
            site=one_line(organisation.name),
            due_on=task.due_on,
            link=absolute_address("searches:task", code=organisation.code, reference=task.reference),
        )
    )
