"""Taking bags out of the store: a wave is one walk of one person, and nobody else is sent for the same bags (J26)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.references import new_reference
from portal.records.models.holder import Holder
from portal.records.models.movement import Bag
from portal.records.querysets import StoreQuerySet

RETRIEVAL_OUTCOMES = {
    "taken": "Taken out",
    "not_found": "Not in its place: it is looked for",
    "given_back": "Left for the next walk",
}


def new_wave_reference() -> str:
    """A public reference such as RW-7F3K-9QCM."""
    return new_reference("RW")


class RetrievalWave(models.Model):
    """One walk along the shelves of one store."""

    reference = models.TextField(unique=True, default=new_wave_reference)
    store = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_by_user_id = models.BigIntegerField(null=True, blank=True)
    started_by_name = models.TextField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[RetrievalWave]] = StoreQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-id"], name="waves_begun", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return self.reference


class Retrieval(models.Model):
    """One bag of a wave. ``place`` says where it was to be found; ``outcome`` is empty until the person says."""

    wave = models.ForeignKey(RetrievalWave, on_delete=models.PROTECT, related_name="retrievals")
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="retrievals")
    place = models.TextField()
    outcome = models.TextField(choices=RETRIEVAL_OUTCOMES, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Retrieval]] = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bag"], condition=Q(outcome=""), name="bag_fetched_by_one"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None, ended_by_name="")
                | (Q(outcome__in=list(RETRIEVAL_OUTCOMES), ended_at__isnull=False) & ~Q(ended_by_name="")),
                name="retrieval_ends_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.bag_id}"
