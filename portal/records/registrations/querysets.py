"""Who may see what the registers sent: the operator's staff and the portal itself (R1)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from portal.foundation.access import Actor


class OperatorOnlyQuerySet(models.QuerySet[Any]):
    """Rows that no contractor sees."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the staff and the system, none for anybody else."""
        return self.all() if actor.audience in ("staff", "system") else self.none()
