"""What an actor may see of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from portal.foundation.access import Actor

if TYPE_CHECKING:
    from portal.casework.models import Case  # noqa: F401  named in the base class below


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases."""

    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """A contractor's own; every case for staff and the system (R1)."""
        if actor.audience in ("staff", "system"):
            return self.all()
        if actor.audience == "contractor":
            return self.filter(organisation_id=actor.organisation_id)
        return self.none()
