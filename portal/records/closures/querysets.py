"""Who sees the count of a site's records: the site and the operator (R1)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from portal.foundation.access import Actor
from portal.records.querysets import OfPracticeQuerySet


class CountedQuerySet(models.QuerySet[Any]):
    """What was counted."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system; a practice's own; none for anybody else."""
        if actor.audience in ("staff", "system"):
            return self.all()
        if actor.audience != "contractor":
            return self.none()
        return self.filter(inventory__organisation_id=actor.organisation_id)


class InventoryQuerySet(OfPracticeQuerySet):
    """Counts of sites."""

    def under_way(self) -> Self:
        """Those that are not done, the first to close first."""
        return self.exclude(state="done").order_by("closes_on", "id")
