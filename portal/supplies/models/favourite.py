"""Lists a site keeps to order from again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.querysets import FavouriteListQuerySet


class FavouriteList(models.Model):
    """A named list of items and quantities, shared by everybody who orders for the site."""

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    created_by_name = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[FavouriteList]] = FavouriteListQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="favourite_name_once")]

    def __str__(self) -> str:
        return self.name


class FavouriteLine(models.Model):
    """One item of a favourite list, in packs."""

    favourite = models.ForeignKey(FavouriteList, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey("supplies.CatalogueItem", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["favourite", "item"], name="favourite_item_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="favourite_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"
