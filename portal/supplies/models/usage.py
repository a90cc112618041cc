"""What sites used in a year, and what is usual among similar ones: added up by a task, never while somebody waits."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from portal.organisations.models import Organisation
from portal.supplies.models.catalogue_item import CatalogueItem
from portal.supplies.querysets import SiteUsageQuerySet


class SiteSize(models.Model):
    """How many patients are registered at a practice, as a published list says."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    patients = models.PositiveIntegerField()
    counted_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(patients__gte=1), name="site_size_positive")]

    def __str__(self) -> str:
        return f"{self.patients} at {self.organisation_id}"


class SiteUsage(models.Model):
    """Packs of an item that arrived at a site in a year. ``band`` is its size; None where that is not known.

    ``rate`` is per 1,000 patients where the size is known, else the packs themselves.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(CatalogueItem, on_delete=models.CASCADE, related_name="+")
    contractor_type = models.TextField()
    band = models.PositiveSmallIntegerField(null=True)
    packs = models.PositiveIntegerField()
    rate = models.FloatField()

    objects: ClassVar[models.Manager[SiteUsage]] = SiteUsageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "item"], name="usage_site_item_once"),
            models.CheckConstraint(condition=Q(packs__gte=1), name="usage_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.packs} of {self.item_id} at {self.organisation_id}"


class UsageNorm(models.Model):
    """The quartiles of an item's use among similar sites: rounded, of no fewer than ten, and of none by name."""

    item = models.ForeignKey(CatalogueItem, on_delete=models.CASCADE, related_name="+")
    contractor_type = models.TextField()
    band = models.PositiveSmallIntegerField(null=True)
    sites = models.PositiveIntegerField()
    low = models.DecimalField(max_digits=12, decimal_places=1)
    middle = models.DecimalField(max_digits=12, decimal_places=1)
    high = models.DecimalField(max_digits=12, decimal_places=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "contractor_type", "band"], name="usage_norm_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(sites__gte=10), name="usage_norm_of_ten"),
            models.CheckConstraint(
                condition=Q(low__lte=F("middle"), middle__lte=F("high")), name="usage_norm_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.low}, {self.middle}, {self.high} of {self.sites}"
