"""A bag of temporary residents' forms on paper, from a practice without a scanner to the operator's hub."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.records.models.holder import Holder
from portal.records.querysets import OfPracticeQuerySet
from portal.records.temporary_residents.reference import new_bag_code
from portal.records.temporary_residents.states import BAG_ENDED, PAPER_BAG

MOST_FORMS = 500


class PaperBag(models.Model):
    """One label, and the bag that it is on. ``reference`` is the code on the label.

    ``said`` is how many forms the practice put in, ``found`` how many the hub took out. ``due_on`` is the day by
    which the bag should be at the hub. ``collected_at`` is when ``courier`` scanned it; without, the practice alone
    says that the courier has it. It is no part of a patient's record: the chain of custody knows nothing of it.
    """

    reference = models.TextField(unique=True, default=new_bag_code)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by_name = models.TextField()
    state = models.TextField(choices=PAPER_BAG.choices, default=PAPER_BAG.initial)
    state_since = models.DateTimeField(default=timezone.now)
    state_by_name = models.TextField()
    said = models.PositiveIntegerField(null=True, blank=True)
    found = models.PositiveIntegerField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    courier = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager[PaperBag]] = OfPracticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-made_at"], name="paper_bags_of_site"),
            models.Index(fields=["state", "due_on"], name="paper_bags_under_way", condition=~Q(state__in=BAG_ENDED)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(PAPER_BAG.states)), name="paper_bag_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=("printed", "void"), said=None)
                | Q(said__isnull=False, said__gte=1, said__lte=MOST_FORMS)
                | Q(state__in=("arrived", "emptied", "missing"), said=None)
                | Q(state="handed_over", said=None, collected_at__isnull=False),
                name="paper_bag_says_how_many",
            ),
            models.CheckConstraint(
                condition=Q(state="emptied", found__isnull=False, found__gte=0, found__lte=MOST_FORMS)
                | ~Q(state="emptied") & Q(found=None),
                name="paper_bag_emptied_is_counted",
            ),
            models.CheckConstraint(
                condition=Q(state="handed_over", due_on__isnull=False) | ~Q(state="handed_over") & Q(due_on=None),
                name="paper_bag_has_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(collected_at=None, courier=None)
                | Q(collected_at__isnull=False, courier__isnull=False) & ~Q(state__in=("printed", "void")),
                name="paper_bag_collected_by_a_courier",
            ),
        ]
        triggers: ClassVar = [PAPER_BAG.trigger()]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in words."""
        return PAPER_BAG.states[self.state].label

    @property
    def state_colour(self) -> str:
        """The colour of the state's tag."""
        return PAPER_BAG.states[self.state].colour

    @property
    def holder(self) -> str:
        """Who has it, and whether a scan or the practice alone says so."""
        if self.state == "handed_over" and self.collected_at is None:
            return "The courier, as the practice says"
        return PAPER_BAG.states[self.state].holder
