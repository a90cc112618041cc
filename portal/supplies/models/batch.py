"""Which batches lie on a shelf, until when each may be used, and where each pack of them went (J24, R4)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from portal.supplies.models.catalogue_item import BATCHES_ADD_UP
from portal.supplies.models.consignment import ConsignmentLine
from portal.supplies.models.stock import StockLevel, StockMovement

_IN_DATE = """
    IF EXISTS (SELECT 1 FROM supplies_stockbatch b WHERE b.id = NEW.batch_id AND b.expires_on < CURRENT_DATE) THEN
        RAISE EXCEPTION 'batch % is out of date', NEW.batch_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class StockBatch(models.Model):
    """Packs of one batch on one shelf: ``on_hand``, of which ``held`` lie in consignments that have not left.

    ``expires_on`` is the first day on which it may no longer be sent. A batch without code and date is stock
    that came before batches were kept, or that nobody could read: it goes out last, and is looked at by hand.
    """

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="batches")
    code = models.TextField(blank=True)
    expires_on = models.DateField(null=True, blank=True)
    on_hand = models.IntegerField(default=0)
    held = models.IntegerField(default=0)

    class Meta:
        ordering = [F("expires_on").asc(nulls_last=True), "id"]
        indexes = [models.Index(fields=["expires_on", "id"], name="batch_by_expiry", condition=Q(on_hand__gt=0))]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "code", "expires_on"], name="batch_once_on_a_shelf", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="batch_held_never_negative"),
            models.CheckConstraint(condition=Q(held__lte=F("on_hand")), name="batch_held_is_on_hand"),
            models.CheckConstraint(
                condition=Q(code="", expires_on=None) | (~Q(code="") & Q(expires_on__isnull=False)),
                name="batch_code_with_date",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[("wanted", "bigint"), ("found", "bigint"), ("expected", "bigint")],
                func=f"wanted := CASE WHEN TG_OP = 'DELETE' THEN OLD.level_id ELSE NEW.level_id END; {BATCHES_ADD_UP}",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code or 'not recorded'}: {self.on_hand} ({self.held} held)"

    @property
    def free(self) -> int:
        """Packs that lie in no consignment."""
        return self.on_hand - self.held

    def usable_on(self, day: date) -> bool:
        """Whether it may be sent on that day."""
        return self.expires_on is None or self.expires_on > day


class BatchPick(models.Model):
    """Packs of a batch that a consignment line takes. It stays when they have gone: that is how a batch is recalled."""

    consignment_line = models.ForeignKey(ConsignmentLine, on_delete=models.CASCADE, related_name="batch_picks")
    batch = models.ForeignKey(StockBatch, on_delete=models.PROTECT, related_name="picks")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["consignment_line", "batch"], name="batch_pick_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="batch_pick_positive"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="in_date",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("batch_id"),
                func=_IN_DATE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of batch {self.batch_id}"


class BatchMovement(models.Model):
    """The part of a stock movement that fell on one batch. The sum of a batch's parts is what it holds."""

    movement = models.ForeignKey(StockMovement, on_delete=models.PROTECT, related_name="batch_parts")
    batch = models.ForeignKey(StockBatch, on_delete=models.PROTECT, related_name="parts")
    quantity = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["movement", "batch"], name="batch_part_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="batch_part_moves"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity:+} of batch {self.batch_id}"
