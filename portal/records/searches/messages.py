"""The e-mail that asks a practice to look for a record. Plain text, no patient data, one link (R10)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.accounts.api import emails_of
from portal.foundation.outbox.queue import Email, queue_email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line
from portal.organisations.api import Organisation
from portal.records.permissions import MOVE_RECORDS
from portal.records.searches.models import SearchTask


def asked_to_look(tasks: Iterable[SearchTask]) -> None:
    """One e-mail to each practice, to those who move records there, however many it is to look for.

    The operator's own places find it on the staff's page.
    """
    of_practice: dict[Organisation, list[SearchTask]] = {}
    for task in tasks:
        if task.organisation is not None:
            of_practice.setdefault(task.organisation, []).append(task)
    for practice, its in of_practice.items():
        queue_email(_please_look(practice, its))


def _please_look(practice: Organisation, tasks: list[SearchTask]) -> Email:
    one = tasks[0]
    link = absolute_address("searches:task", code=practice.code, reference=one.reference)
    if len(tasks) > 1:
        link = absolute_address("searches:tasks", code=practice.code)
    return text_email(
        "searches.asked_to_look",
        emails_of(MOVE_RECORDS, organisation_id=practice.id),
        "Please look for a paper record" if len(tasks) == 1 else f"Please look for {len(tasks)} paper records",
        about=one.reference,
        site=one_line(practice.name),
        number=len(tasks),
        due_on=min(task.due_on for task in tasks),
        link=link,
    )
