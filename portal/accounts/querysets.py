"""Reads of memberships."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.access import Actor


class MembershipQuerySet(models.QuerySet[Any]):
    """Memberships."""

    def live(self, on: date | None = None) -> Self:
        """Those that give access on that day (today when none is given), of people who may sign in."""
        day = on or timezone.localdate()
        return self.filter(starts_on__lte=day, user__is_active=True).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def visible_to(self, actor: Actor) -> Self:
        """A person's own memberships."""
        return self.filter(user_id=actor.user_id)

    def managed_by(self, actor: Actor) -> Self:
        """Those at the organisation the actor acts for; all for staff and the system (R1)."""
        if actor.audience in ("staff", "system"):
            return self
        return self.filter(organisation_id=actor.organisation_id) if actor.organisation_id else self.none()


class OfOrganisationQuerySet(models.QuerySet[Any]):
    """What belongs to an organisation's user management: its memberships and invitations."""

    def visible_to(self, actor: Actor) -> Self:
        """The organisation the actor acts for; every one for staff and the system (R1)."""
        if actor.audience in ("staff", "system"):
            return self
        return self.filter(organisation_id=actor.organisation_id) if actor.organisation_id else self.none()
