"""Reminding those who manage users that somebody's access has not been confirmed for long (J12: every 90 days)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.accounts.events import REVIEW_REMINDED
from portal.accounts.messages import review_is_due
from portal.accounts.models import Membership
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.policy import access_policy
from portal.accounts.selectors import managers_of
from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.models import AuditEvent
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.worker import one_by_one
from portal.organisations.models import Organisation

_AGAIN_AFTER = timedelta(days=7)


def remind_everybody() -> None:
    """One transaction for each organisation whose review is due; nobody is reminded twice in a week."""
    actor = system_actor("The portal", GRANT_MEMBERSHIP)
    with system_scope():
        one_by_one(_due(), lambda code: remind_of_review(actor, code))


@service(GRANT_MEMBERSHIP)
def remind_of_review(actor: Actor, organisation_code: str) -> int:
    """Writes to the Main Contact and deputies how many wait for a review; returns how many e-mails. Idempotent."""
    site = Organisation.objects.select_for_update().get(code=organisation_code)
    waiting = _unreviewed().filter(organisation=site).count()
    people = managers_of(site.id)
    if not waiting or not people or _was_reminded(site.id):
        nothing_changed()
        return 0
    queue_emails([review_is_due(person, site, waiting) for person in people])
    record(REVIEW_REMINDED, actor=actor, subject=site, organisation_id=site.id, number=waiting)
    return len(people)


def _unreviewed() -> Any:
    """Live memberships at contractors that nobody has confirmed for ``review_reminder_days``."""
    since = timezone.localdate() - timedelta(days=access_policy().review_reminder_days)
    live = Membership.objects.live()  # type: ignore[attr-defined]
    return live.filter(reviewed_on__lte=since).exclude(organisation__contractor_type="")


def _due() -> list[str]:
    reminded = AuditEvent.objects.filter(
        type=REVIEW_REMINDED.code,
        organisation_id=OuterRef("organisation_id"),
        occurred_at__gt=timezone.now() - _AGAIN_AFTER,
    )
    due = _unreviewed().filter(~Exists(reminded))
    return list(due.order_by("organisation__code").values_list("organisation__code", flat=True).distinct())


def _was_reminded(organisation_id: int) -> bool:
    events = AuditEvent.objects.filter(type=REVIEW_REMINDED.code, organisation_id=organisation_id)
    return events.filter(occurred_at__gt=timezone.now() - _AGAIN_AFTER).exists()
