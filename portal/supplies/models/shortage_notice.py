"""What sites are told in the catalogue while an item is short."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.supplies.models.catalogue_item import CatalogueItem


class ShortageNotice(models.Model):
    """One item's notice: what happened, what may be ordered instead, until when it is shown."""

    item = models.OneToOneField(CatalogueItem, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = models.TextField()
    substitute = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ends_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by_name = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="shortage_says_something"),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("item")), name="shortage_not_own_substitute"
            ),
        ]

    def __str__(self) -> str:
        return self.words
