"""Telling the Service Managers of refused attempts at what a thief would try (trust 2.5)."""

from __future__ import annotations

from django.conf import settings

from portal.accounts.events import ATTEMPTS_REPORTED
from portal.accounts.messages import attempts_were_refused
from portal.accounts.permissions import WATCH_ATTEMPTS
from portal.accounts.selectors import holders_of
from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.events import ATTEMPT_REFUSED
from portal.foundation.access.roles import WATCHED
from portal.foundation.audit import record
from portal.foundation.audit.models import AuditEvent
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.web.filters import moment

_SUBJECT = ("attempts", "refused")
_MOST_LINES = 20
_MOST_AT_ONCE = 1_000


def report_attempts_of_late() -> None:
    """What the worker does every few minutes."""
    report_attempts(system_actor("The portal", WATCH_ATTEMPTS))


@service(WATCH_ATTEMPTS)
def report_attempts(actor: Actor) -> int:
    """Writes to the Service Managers of every watched attempt since the last report; returns how many there were.

    The report is an event that names the newest attempt it knew, so that none is told twice and none left out.
    """
    reports = AuditEvent.objects.about(*_SUBJECT).filter(type=ATTEMPTS_REPORTED.code)  # type: ignore[attr-defined]
    last = reports.order_by("-id").first()
    newer = AuditEvent.objects.filter(type=ATTEMPT_REFUSED.code, id__gt=last.payload["newest"] if last else 0)
    # The ids of one sequence: an attempt that commits later with a smaller id is rare, and stays on the page.
    found = [each for each in newer.order_by("id")[:_MOST_AT_ONCE] if each.payload["permission"] in WATCHED]
    if not found:
        nothing_changed()
        return 0
    managers = holders_of(WATCH_ATTEMPTS, organisation_code=settings.OPERATOR_CODE)
    people = [each.email for each in managers if "service_manager" in each.roles]
    lines = [f"{moment(each.occurred_at)}: {each.sentence}" for each in found[:_MOST_LINES]]
    queue_emails(attempts_were_refused(people, lines, len(found) - len(lines)))
    record(ATTEMPTS_REPORTED, actor=actor, subject=_SUBJECT, number=len(found), newest=found[-1].id)
    return len(found)
