"""A cage of bags that go to one place, and its manifest (J26)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.references import new_reference
from portal.records.hub.states import CAGE
from portal.records.models import Bag, Holder
from portal.records.querysets import StoreQuerySet

# A bag for somebody else does not get in, whoever tries (64 % of practices were sent wrong patients' records).
_GOES_THERE = """
    IF (SELECT m.destination_id FROM records_bag b JOIN records_movement m ON m.id = b.movement_id
        WHERE b.id = NEW.bag_id) IS DISTINCT FROM (SELECT destination_id FROM hub_cage WHERE id = NEW.cage_id) THEN
        RAISE EXCEPTION 'bag % does not go where cage % goes', NEW.bag_id, NEW.cage_id;
    END IF;
    RETURN NEW;
"""


def new_cage_reference() -> str:
    """A public reference such as CG-7F3K-9QCM: what the bar code on the manifest says."""
    return new_reference("CG")


class Cage(models.Model):
    """One cage, or one sack: everything in it goes from ``hub`` to ``destination``."""

    reference = models.TextField(unique=True, default=new_cage_reference)
    hub = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    destination = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.TextField(choices=CAGE.choices, default=CAGE.initial)
    state_since = models.DateTimeField(default=timezone.now)
    opened_by_name = models.TextField()
    handed_over_by_name = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Cage]] = StoreQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["destination", "state"], name="cage_to", condition=~Q(state="left"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CAGE.states)), name="cage_state_known"),
            models.CheckConstraint(condition=~Q(hub=models.F("destination")), name="cage_goes_elsewhere"),
            # One is filled at a time, so that the page can say which.
            models.UniqueConstraint(fields=["hub", "destination"], condition=Q(state="open"), name="cage_filled_alone"),
            models.CheckConstraint(
                condition=Q(state="left") & ~Q(handed_over_by_name="") | ~Q(state="left") & Q(handed_over_by_name=""),
                name="cage_handed_over_by_somebody",
            ),
        ]
        triggers: ClassVar = [CAGE.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return CAGE.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return CAGE.states[self.state].colour


class CageBag(models.Model):
    """One bag in a cage. ``code`` is the label that was scanned; ``ended_at`` says when it left, with it or without."""

    cage = models.ForeignKey(Cage, on_delete=models.PROTECT, related_name="bags")
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="+")
    code = models.TextField()
    put_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[CageBag]] = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bag"], condition=Q(ended_at=None), name="bag_in_one_cage"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(name="goes_there", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_GOES_THERE)
        ]

    def __str__(self) -> str:
        return self.code
