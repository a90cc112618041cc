"""What sites ordered of an item in a week: added up from the orders by a task, read by the forecast."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.supplies.models.catalogue_item import CatalogueItem


class WeeklyDemand(models.Model):
    """Packs asked for in the week from Monday ``week``, local dates; what was rejected or cancelled is not in it."""

    item = models.ForeignKey(CatalogueItem, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    packs = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "week"], name="demand_week_once"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="demand_week_is_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.packs} of {self.item_id} in the week from {self.week}"
