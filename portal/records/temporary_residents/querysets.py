"""Which forms somebody may see: the practice that sent one, the practice that has it, and the operator (R1)."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from portal.foundation.access import Actor
from portal.records.temporary_residents.states import TO_ROUTE

_ALL = {"staff", "system"}


class FormQuerySet(models.QuerySet[Any]):
    """Forms."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; those a practice sent or has; none for anybody else."""
        if actor.audience in _ALL:
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        mine = actor.organisation_id
        return self.filter(Q(sender_id=mine) | Q(destination_id=mine))

    def received_by(self, organisation_id: int | None) -> Self:
        """Those that are with a practice, or were archived there."""
        return self.filter(destination_id=organisation_id, destination__isnull=False)

    def sent_by(self, organisation_id: int | None) -> Self:
        """Those a practice sent."""
        return self.filter(sender_id=organisation_id)

    def to_route(self) -> Self:
        """Those whose practice must be found."""
        return self.filter(state__in=TO_ROUTE)

    def overdue(self, today: date) -> Self:
        """Those that lie at a practice, unread, longer than they should."""
        return self.filter(state="waiting", due_on__lt=today)
