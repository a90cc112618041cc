"""Orders that are picked on one walk, because one carrier takes them on one round."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from portal.supplies.models.stock import Store


class PickWave(models.Model):
    """One walk along the shelves of one store. Its consignments name it; the carrier is what is planned."""

    reference = models.TextField(unique=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    carrier = models.TextField()
    route = models.TextField()
    started_by_name = models.TextField()
    started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.reference
