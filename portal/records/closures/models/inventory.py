"""One count of what a closing site has, and what was seen there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.references import new_reference
from portal.organisations.models import Organisation
from portal.records.closures.querysets import CountedQuerySet, InventoryQuerySet
from portal.records.closures.states import INVENTORY
from portal.records.models import RecordPart


def new_inventory_reference() -> str:
    """A public reference such as CR-7F3K-9QCM."""
    return new_reference("CR")


class Inventory(models.Model):
    """The count of one site, because ``case_reference`` closes it on ``closes_on``.

    ``successor`` takes over the patients that registered nowhere else; without one their records go to the store.
    ``expected`` is how many parts were there by the portal when it began: for the picture only, the list is worked
    out from custody each time.
    """

    reference = models.TextField(unique=True, default=new_inventory_reference)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    successor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    case_reference = models.TextField()
    closes_on = models.DateField()
    expected = models.PositiveIntegerField()
    state = models.TextField(choices=INVENTORY.choices, default=INVENTORY.initial)
    state_since = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by_name = models.TextField()
    counted_by_name = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Inventory]] = InventoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=~Q(state="done"), name="inventory_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["organisation", "case_reference"], name="inventory_once_a_closure"),
            models.CheckConstraint(condition=Q(state__in=list(INVENTORY.states)), name="inventory_state_known"),
            models.CheckConstraint(
                condition=Q(state="counting", counted_by_name="") | (~Q(state="counting") & ~Q(counted_by_name="")),
                name="inventory_counted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=models.F("organisation")), name="inventory_goes_elsewhere"
            ),
        ]
        triggers: ClassVar = [INVENTORY.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return INVENTORY.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return INVENTORY.states[self.state].colour


class Counted(models.Model):
    """One envelope that somebody had in the hand. ``was_expected`` says whether the portal knew it to be there."""

    inventory = models.ForeignKey(Inventory, on_delete=models.PROTECT, related_name="counted", db_index=False)
    part = models.ForeignKey(RecordPart, on_delete=models.PROTECT, related_name="+")
    was_expected = models.BooleanField(default=True)
    seen_at = models.DateTimeField(default=timezone.now)
    seen_by_name = models.TextField()

    objects: ClassVar[models.Manager[Counted]] = CountedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inventory", "part"], name="counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.inventory_id}: {self.part_id}"
