"""What a person has chosen for a site and not yet ordered. It survives sign-out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.querysets import BasketLineQuerySet


class BasketLine(models.Model):
    """One item in one person's basket for one site, in packs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey("supplies.CatalogueItem", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[BasketLine]] = BasketLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "item"], name="basket_item_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="basket_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"
