"""An order that a site places again and again, and what became of each of its dates."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.models.order import Order
from portal.supplies.querysets import StandingOrderQuerySet
from portal.supplies.standing_dates import Rhythm
from portal.supplies.states import STANDING_ORDER


class StandingOrder(models.Model):
    """Items, a rhythm, and the person whose right it uses: ``owner_id``.

    ``next_on`` is the date that is due next, skipped or not; None when there is none. ``stop_reason`` says
    why the portal stopped it. ``reminded_on`` is the last date that a reminder was sent for.
    """

    reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    state = models.TextField(choices=STANDING_ORDER.choices, default=STANDING_ORDER.initial)
    every_weeks = models.PositiveSmallIntegerField(null=True)
    day_of_month = models.PositiveSmallIntegerField(null=True)
    first_on = models.DateField()
    ends_on = models.DateField(null=True)
    next_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    stop_reason = models.TextField(blank=True, default="")
    owner_id = models.BigIntegerField()
    owner_name = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[StandingOrder]] = StandingOrderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_on"], name="standing_due", condition=Q(state="active"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STANDING_ORDER.states)), name="standing_state_known"),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, day_of_month=None)
                | Q(every_weeks=None, day_of_month__gte=1, day_of_month__lte=31),
                name="standing_one_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("first_on")), name="standing_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=(Q(state="stopped") & ~Q(stop_reason="")) | (~Q(state="stopped") & Q(stop_reason="")),
                name="standing_stopped_for_a_reason",
            ),
        ]
        triggers: ClassVar = [STANDING_ORDER.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def rhythm(self) -> Rhythm:
        """Its dates."""
        return Rhythm(
            first_on=self.first_on,
            every_weeks=self.every_weeks,
            day_of_month=self.day_of_month,
            ends_on=self.ends_on,
        )

    @property
    def state_label(self) -> str:
        """The state in words."""
        return STANDING_ORDER.states[self.state].label


# An order of another site would show its reference there; the services cannot make one, and no other program may.
_SAME_SITE = """
    IF NEW.order_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM supplies_order o JOIN supplies_standingorder s ON s.id = NEW.standing_id
        WHERE o.id = NEW.order_id AND o.organisation_id = s.organisation_id
    ) THEN
        RAISE EXCEPTION 'the order of a date belongs to another site' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class StandingLine(models.Model):
    """One item of a standing order, in packs."""

    standing = models.ForeignKey(StandingOrder, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey("supplies.CatalogueItem", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["item__category", "item__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["standing", "item"], name="standing_item_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="standing_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"


class StandingDateOutcome(models.TextChoices):
    """What became of a date."""

    SKIPPED = "skipped", "Skipped"
    FAILED = "failed", "Not ordered"
    PLACED = "placed", "Ordered"


class StandingDate(models.Model):
    """What became of one date of a standing order: one row a date, so that nothing is ordered twice for it (R3).

    ``fault`` names the error where the portal itself broke down over it; staff see it until somebody settles it.
    """

    standing = models.ForeignKey(StandingOrder, on_delete=models.CASCADE, related_name="dates")
    due_on = models.DateField()
    outcome = models.TextField(choices=StandingDateOutcome.choices)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    tried_on = models.DateField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True, default="", db_default="")
    settled_at = models.DateTimeField(null=True)
    settled_by_name = models.TextField(blank=True, default="", db_default="")
    settled_note = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["-due_on"]
        indexes = [
            models.Index(fields=["-tried_on"], name="standing_faults_open", condition=~Q(fault="") & Q(settled_at=None))
        ]
        constraints = [
            models.UniqueConstraint(fields=["standing", "due_on"], name="standing_date_once"),
            models.CheckConstraint(
                condition=Q(outcome="placed", order__isnull=False)
                | Q(outcome="skipped", order=None)
                | (Q(outcome="failed", order=None, tried_on__isnull=False) & ~Q(reason="")),
                name="standing_date_whole",
            ),
            models.CheckConstraint(condition=Q(fault="") | Q(outcome="failed"), name="standing_fault_is_failed"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by_name="", settled_note="")
                | (Q(settled_at__isnull=False) & ~Q(fault="") & ~Q(settled_by_name="") & ~Q(settled_note="")),
                name="standing_fault_settled_whole",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="same_site",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("order_id", "standing_id"),
                func=_SAME_SITE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.outcome}"

    @property
    def outcome_label(self) -> str:
        """The outcome in words."""
        return str(StandingDateOutcome(self.outcome).label)
