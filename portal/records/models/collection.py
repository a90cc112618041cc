"""When the courier comes to a site for its records, and what became of each visit (J9)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.foundation.references import new_reference
from portal.organisations.models import Organisation
from portal.records.querysets import OfPracticeQuerySet, VisitQuerySet
from portal.records.states import COLLECTION

WEEKDAYS = {
    0: "Monday",
    1: "Tuesday",
    2: "Wednesday",
    3: "Thursday",
    4: "Friday",
    5: "Saturday",
    6: "Sunday",
}


def new_visit_reference() -> str:
    """A public reference such as CV-7F3K-9QCM."""
    return new_reference("CV")


class CollectionDay(models.Model):
    """A day of the week on which the courier comes to a site, between ``opens`` and ``closes`` (local time)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    weekday = models.PositiveSmallIntegerField(choices=list(WEEKDAYS.items()))
    opens = models.TimeField()
    closes = models.TimeField()
    first_on = models.DateField()

    objects: ClassVar[models.Manager[CollectionDay]] = OfPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["organisation_id", "weekday"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "weekday"], name="collection_day_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="collection_weekday_known"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="collection_day_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.get_weekday_display()}"  # type: ignore[attr-defined]


class CollectionVisit(models.Model):
    """One visit of the courier to a site: ``on`` a day, between ``opens`` and ``closes``.

    ``usual_on`` is the day it would have been without a holiday. It is None for one that staff arranged, which says
    ``why`` and may come ``instead_of`` one that was missed, and for those cancelled with their day of the week: the
    day may be planned anew. ``waiting`` and ``collected`` count bags, once they are known. ``reported_by_name`` is
    the person at the site who says that nobody came.
    """

    reference = models.TextField(unique=True, default=new_visit_reference)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    usual_on = models.DateField(null=True, blank=True)
    opens = models.TimeField()
    closes = models.TimeField()
    state = models.TextField(choices=COLLECTION.choices, default=COLLECTION.initial)
    state_since = models.DateTimeField(default=timezone.now)
    waiting = models.PositiveIntegerField(null=True, blank=True)
    collected = models.PositiveIntegerField(null=True, blank=True)
    why = models.TextField(blank=True)
    instead_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="arranged_again", null=True, blank=True
    )
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by_name = models.TextField(blank=True)
    report = models.TextField(blank=True)

    objects: ClassVar[models.Manager[CollectionVisit]] = VisitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-on"], name="collections_of_site"),
            models.Index(fields=["on", "organisation"], name="collections_by_day"),
            models.Index(fields=["on"], name="collections_missed", condition=Q(state__in=("missed", "partly"))),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(COLLECTION.states)), name="collection_state_known"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="collection_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["organisation", "on"], condition=~Q(state="cancelled"), name="collection_once_a_day"
            ),
            models.UniqueConstraint(fields=["organisation", "usual_on"], name="collection_planned_once"),
            models.CheckConstraint(
                condition=Q(usual_on__isnull=False) | ~Q(why=""), name="collection_arranged_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(reported_at=None, reported_by_name="")
                | (Q(reported_at__isnull=False) & ~Q(reported_by_name="")),
                name="collection_reported_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "cancelled"), waiting=None, collected=None)
                | (Q(state="missed", collected=0) & Q(waiting__gte=0))
                | Q(state="nothing", waiting=0, collected=0)
                | Q(state="made", collected__gte=1, waiting=F("collected"))
                | Q(state="partly", collected__gte=1, waiting__gt=F("collected")),
                name="collection_is_what_was_counted",
            ),
        ]
        triggers: ClassVar = [COLLECTION.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return COLLECTION.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return COLLECTION.states[self.state].colour

    @property
    def begins_at(self) -> datetime:
        """When its time window opens."""
        return timezone.make_aware(datetime.combine(self.on, self.opens))

    @property
    def ends_at(self) -> datetime:
        """When its time window closes."""
        return timezone.make_aware(datetime.combine(self.on, self.closes))
