"""A count that found something else than the books say: it waits for a second person (J24)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.supplies.models.stock import StockLevel
from portal.supplies.states import STOCK_COUNT


class StockCount(models.Model):
    """Somebody counted ``counted`` packs where the books said ``seen``; nothing moves until another agrees.

    Of clinical supplies one batch is counted at a time. The difference is booked, not the number: what comes
    and goes between the count and the decision is booked on its own.
    """

    reference = models.TextField(unique=True)
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="counts")
    batch_code = models.TextField(blank=True)
    batch_expires_on = models.DateField(null=True)
    counted = models.IntegerField()
    seen = models.IntegerField()
    state = models.TextField(choices=STOCK_COUNT.choices, default=STOCK_COUNT.initial)
    counted_by_id = models.BigIntegerField(null=True)
    counted_by_name = models.TextField()
    counted_at = models.DateTimeField(default=timezone.now)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="stock_count_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "batch_code", "batch_expires_on"],
                condition=Q(state="waiting"),
                nulls_distinct=False,
                name="one_count_waits_for_a_shelf",
            ),
            models.CheckConstraint(condition=Q(state__in=list(STOCK_COUNT.states)), name="stock_count_state_known"),
            models.CheckConstraint(condition=Q(counted__gte=0) & ~Q(counted=F("seen")), name="stock_count_differs"),
            models.CheckConstraint(
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=F("counted_by_id")),
                name="stock_count_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="stock_count_decision_whole",
            ),
        ]
        triggers: ClassVar = [STOCK_COUNT.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def difference(self) -> int:
        """Packs more (positive) or fewer (negative) than the books said."""
        return self.counted - self.seen

    @property
    def state_label(self) -> str:
        """The state in words."""
        return STOCK_COUNT.states[self.state].label
