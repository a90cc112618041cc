"""What is on the shelves, what is promised to somebody, and every change to either (R4)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.supplies.models.catalogue_item import BATCHES_ADD_UP, CatalogueItem


class Store(models.Model):
    """A place with shelves. Orders are served from the store with the lowest ``priority`` first."""

    code = models.TextField(unique=True)
    name = models.TextField()
    priority = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["priority", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """Its public reference: the code."""
        return self.code


class StockLevel(models.Model):
    """Packs of one item in one store: ``on_hand`` on the shelf, of which ``reserved`` are promised.

    ``expected_on`` is when the next delivery from the supplier should come; None when nobody knows.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="levels")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="stock_levels")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    expected_on = models.DateField(null=True, blank=True)
    location = models.TextField(blank=True)

    class Meta:
        ordering = ["item_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "item"], name="one_level_per_store_and_item"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_never_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="reserved_never_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="reserved_is_on_hand"),
        ]
        # Orders change ``reserved`` alone, and pay nothing for this.
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="batches_add_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("on_hand"),
                timing=pgtrigger.Deferred,
                declare=[("wanted", "bigint"), ("found", "bigint"), ("expected", "bigint")],
                func=f"wanted := NEW.id; {BATCHES_ADD_UP}",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.store_id}: {self.on_hand} ({self.reserved} reserved)"

    @property
    def reference(self) -> str:
        """Its public reference: store and item code."""
        return f"{self.store.code}/{self.item.code}"

    @property
    def available(self) -> int:
        """Packs nobody has been promised."""
        return self.on_hand - self.reserved


class StockMovementKind(models.TextChoices):
    """Why stock changed."""

    RECEIPT = "receipt", "Goods in"
    COUNT = "count", "Stock count"
    ADJUSTMENT = "adjustment", "Adjustment"
    DISPATCH = "dispatch", "Dispatched"
    RETURN = "return", "Returned"
    TRANSFER = "transfer", "Transfer between stores"


class StockMovement(models.Model):
    """One change of ``on_hand``. The sum of a level's movements is its stock (a nightly check).

    ``purchase`` is the reference of the purchase that goods in belong to.
    """

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="movements")
    kind = models.TextField(choices=StockMovementKind.choices)
    quantity = models.IntegerField()
    balance = models.IntegerField()
    reference = models.TextField()
    reason = models.TextField(blank=True)
    purchase = models.TextField(blank=True, default="")
    actor_user_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    occurred_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["level", "-id"], name="stock_movement_by_level")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StockMovementKind.values), name="stock_movement_kind_known"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="stock_movement_balance"),
            models.CheckConstraint(
                condition=(Q(kind="receipt") & Q(quantity__gt=0))
                | (Q(kind="dispatch") & Q(quantity__lt=0))
                | (Q(kind="return") & Q(quantity__gt=0))
                | Q(kind__in=["count", "adjustment", "transfer"]),
                name="stock_movement_direction",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+}"
