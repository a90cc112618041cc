"""Reads of the attempts that were refused."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.accounts.permissions import WATCH_ATTEMPTS
from portal.foundation.access import Actor
from portal.foundation.access.events import ATTEMPT_REFUSED
from portal.foundation.access.roles import WATCHED
from portal.foundation.audit.models import AuditEvent


def refused_attempts(actor: Actor, *, only_watched: bool) -> QuerySet[AuditEvent]:
    """What was tried and refused, the newest first; ``only_watched``: what a thief would try. Raises Refused."""
    actor.require(WATCH_ATTEMPTS)
    found = AuditEvent.objects.filter(type=ATTEMPT_REFUSED.code).order_by("-id")
    return found.filter(payload__permission__in=sorted(WATCHED)) if only_watched else found
