"""The boxes of a consignment, and what lies in which (J25). A consignment that is packed lies in its boxes, whole."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace, Upper

from portal.supplies.models.batch import StockBatch
from portal.supplies.models.boxes_add_up import ANY_CHANGE, OF_THIS_BOX, OF_THIS_ROW, boxes_add_up
from portal.supplies.models.consignment import Consignment, ConsignmentLine

HEAVIEST = 30_000  # grams; nobody lifts more alone


class BoxAnswer(models.TextChoices):
    """What the site says of a box."""

    UNKNOWN = "", "Not said yet"
    CAME = "came", "Came, complete"
    SHORT = "short", "Came, not complete"
    MISSING = "missing", "Did not come"


class Box(models.Model):
    """One box. ``code`` is its bar code, ``carrier_piece`` the number that the carrier gave this piece.

    ``closed_at`` when nothing more goes in; ``loaded_at`` when it was scanned to the carrier; ``delivered_at`` and
    ``received_by`` when it was taken in. ``answer`` is what the site said. ``weight`` is in grams.
    """

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="boxes")
    number = models.PositiveSmallIntegerField()
    code = models.TextField(unique=True)
    weight = models.PositiveIntegerField(null=True)
    carrier_piece = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.TextField(blank=True, default="")
    loaded_at = models.DateTimeField(null=True)
    loaded_by_name = models.TextField(blank=True, default="")
    delivered_at = models.DateTimeField(null=True)
    received_by = models.TextField(blank=True, default="")
    answer = models.TextField(choices=BoxAnswer.choices, blank=True, default="")

    class Meta:
        ordering = ["number"]
        indexes = [
            # How carriers' files find it: they print blanks and small letters as they like.
            models.Index(Upper(Replace("carrier_piece", Value(" "), Value(""))), name="box_by_carrier_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "number"], name="box_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="box_number_positive"),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=1, weight__lte=HEAVIEST), name="box_can_be_lifted"
            ),
            models.CheckConstraint(condition=Q(answer__in=BoxAnswer.values), name="box_answer_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by_name="") | (Q(closed_at__isnull=False) & ~Q(closed_by_name="")),
                name="box_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(loaded_at=None) | Q(closed_at__isnull=False), name="box_closed_before_it_is_loaded"
            ),
            models.CheckConstraint(
                condition=Q(delivered_at=None, received_by="")
                | (Q(delivered_at__isnull=False, loaded_at__isnull=False) & ~Q(received_by="")),
                name="box_delivered_to_somebody",
            ),
        ]
        triggers: ClassVar = [boxes_add_up(OF_THIS_ROW, ANY_CHANGE)]

    def __str__(self) -> str:
        return self.code

    @property
    def weight_words(self) -> str:
        """``2.4 kg``; '' when nobody weighed it."""
        return f"{self.weight / 1000:.1f} kg" if self.weight else ""

    @property
    def answer_label(self) -> str:
        """What the site said, in words."""
        return str(BoxAnswer(self.answer).label)


class BoxLine(models.Model):
    """Packs of a consignment line that lie in a box, of one batch where the item is kept in batches.

    ``received`` of them were confirmed at the site (None until then).
    """

    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="lines")
    part = models.ForeignKey(ConsignmentLine, on_delete=models.CASCADE, related_name="box_lines")
    batch = models.ForeignKey(StockBatch, on_delete=models.PROTECT, related_name="+", null=True)
    quantity = models.PositiveIntegerField()
    received = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["part__line__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["box", "part", "batch"], name="box_line_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="box_line_positive"),
            models.CheckConstraint(
                condition=Q(received=None) | Q(received__lte=F("quantity")), name="box_line_not_over"
            ),
        ]
        triggers: ClassVar = [boxes_add_up(OF_THIS_BOX, ANY_CHANGE)]

    def __str__(self) -> str:
        return f"{self.quantity} in box {self.box_id}"
