"""What can be ordered."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from portal.supplies.querysets import CatalogueItemQuerySet

# The shelf of an item that is kept in batches holds exactly what its batches hold; other shelves have none.
# Looked at when the transaction ends, so that a service may write the two in any order.
BATCHES_ADD_UP = """
    SELECT COALESCE(SUM(b.on_hand), 0) INTO found FROM supplies_stockbatch b WHERE b.level_id = wanted;
    SELECT CASE WHEN i.item_class = 'clinical' THEN l.on_hand ELSE 0 END INTO expected
    FROM supplies_stocklevel l JOIN supplies_catalogueitem i ON i.id = l.item_id WHERE l.id = wanted;
    IF expected IS NOT NULL AND found <> expected THEN
        RAISE EXCEPTION 'the batches of stock level % hold %, and must hold %', wanted, found, expected
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


class ItemClass(models.TextChoices):
    """How an item is treated."""

    SECURE = "secure", "Secure stationery"
    PLAIN = "plain", "Forms and stationery"
    CLINICAL = "clinical", "Clinical supplies"
    LOGISTIC = "logistic", "Envelopes, bags and labels"


class CatalogueItem(models.Model):
    """One thing in the catalogue, ordered in whole packs (J5, J24).

    Quantities are packs. ``allowance_quantity`` packs may be ordered in any ``allowance_days`` days
    (both or neither). Above ``usual_quantity`` a reason is asked. ``lead_time`` is in working days.
    """

    code = models.TextField(unique=True)
    name = models.TextField()
    description = models.TextField(blank=True)
    item_class = models.TextField(choices=ItemClass.choices)
    contractor_types = ArrayField(models.TextField())
    category = models.TextField()
    unit = models.TextField(default="pack")
    pack_size = models.PositiveIntegerField(default=1)
    minimum_quantity = models.PositiveIntegerField(default=1)
    maximum_quantity = models.PositiveIntegerField(default=20)
    usual_quantity = models.PositiveIntegerField(default=5)
    allowance_quantity = models.PositiveIntegerField(null=True, blank=True)
    allowance_days = models.PositiveIntegerField(null=True, blank=True)
    lead_time = models.PositiveSmallIntegerField(default=5)
    approval_required = models.BooleanField(default=False)
    serial_numbered = models.BooleanField(default=False)
    picture = models.TextField(default="form")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[CatalogueItem]] = CatalogueItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["category", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]{1,19}$"), name="item_code_shape"),
            models.CheckConstraint(condition=Q(item_class__in=ItemClass.values), name="item_class_known"),
            models.CheckConstraint(condition=Q(minimum_quantity__gte=1, pack_size__gte=1), name="item_at_least_one"),
            models.CheckConstraint(
                condition=Q(minimum_quantity__lte=F("usual_quantity"), usual_quantity__lte=F("maximum_quantity")),
                name="item_quantities_in_order",
            ),
            models.CheckConstraint(
                condition=Q(allowance_quantity=None, allowance_days=None)
                | Q(allowance_quantity__gte=F("minimum_quantity"), allowance_days__gte=1),
                name="item_allowance_whole",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="item_valid_forwards"
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("id")), name="item_not_own_successor"
            ),
            models.CheckConstraint(
                condition=Q(contractor_types__contained_by=["gp", "dental", "ophthalmic", "pharmacy"]),
                name="item_contractor_types_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def reference(self) -> str:
        """Its public reference: the code."""
        return self.code

    @property
    def is_secure(self) -> bool:
        """Secure stationery: own right and a fresh second factor to order it."""
        return self.item_class == ItemClass.SECURE

    @property
    def kept_in_batches(self) -> bool:
        """Whether its stock has batches with an expiry date: clinical supplies do."""
        return self.item_class == ItemClass.CLINICAL

    def is_valid_on(self, day: date) -> bool:
        """Whether it may be ordered on that day (withdrawn items keep their row for old orders)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
