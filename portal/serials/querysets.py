"""What an actor may see of numbered forms (R1)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from portal.foundation.access import Actor


class SerialQuerySet(models.QuerySet[Any]):
    """Ranges and their history."""

    def visible_to(self, actor: Actor) -> Self:
        """A site's own; every one for staff and the system; none for anybody else."""
        if actor.audience in ("staff", "system"):
            return self.all()
        if actor.audience == "contractor":
            return self.filter(organisation_id=actor.organisation_id)
        return self.none()

    def holding(self, item_id: int, serials: Any) -> Self:
        """Those of the item that have a number in common with ``serials``, in the order of their numbers."""
        return self.filter(item_id=item_id, serials__overlap=serials).order_by("serials")
