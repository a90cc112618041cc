"""One question to one place: is this missing record with you? (J26)"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.references import new_reference
from portal.organisations.models import Organisation
from portal.records.models import Bag, Holder, RecordPart
from portal.records.searches.querysets import SearchTaskQuerySet
from portal.records.searches.states import SEARCH


def new_task_reference() -> str:
    """A public reference such as ST-7F3K-9QCM."""
    return new_reference("ST")


class SearchTask(models.Model):
    """``holder`` is asked to look for ``part``, which went missing as ``bag``.

    ``organisation`` is the holder's, for the scope of rows. ``last_had_at`` is when the chain of custody last says
    that the holder had it; None for a place where it was only expected. ``answer`` says where somebody looked.
    """

    reference = models.TextField(unique=True, default=new_task_reference)
    part = models.ForeignKey(RecordPart, on_delete=models.PROTECT, related_name="search_tasks", db_index=False)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="search_tasks")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    last_had_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    state = models.TextField(choices=SEARCH.choices, default=SEARCH.initial)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.TextField(blank=True)
    answer = models.TextField(blank=True)

    objects: ClassVar[models.Manager[SearchTask]] = SearchTaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "due_on"], name="search_asked", condition=Q(state="asked")),
            models.Index(fields=["due_on"], name="search_asked_by_day", condition=Q(state="asked")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(SEARCH.states)), name="search_state_known"),
            # Nobody is asked twice for the same bag. A later loss of the same part has a bag of its own.
            models.UniqueConstraint(fields=["part", "bag", "holder"], name="search_asked_once"),
            models.UniqueConstraint(fields=["part", "holder"], condition=Q(state="asked"), name="search_open_once"),
            models.UniqueConstraint(fields=["part", "bag"], condition=Q(state="found"), name="search_found_once"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None, answered_by_name="", answer="")
                | (~Q(state="asked") & Q(answered_at__isnull=False) & ~Q(answered_by_name="") & ~Q(answer="")),
                name="search_answered_by_somebody",
            ),
        ]
        triggers: ClassVar = [SEARCH.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return SEARCH.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return SEARCH.states[self.state].colour
