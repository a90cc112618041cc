"""What does not fit: shown to somebody until a person has settled it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.records.models.movement import Bag
from portal.records.models.scan import Scan
from portal.records.querysets import DiscrepancyQuerySet
from portal.records.reference import new_discrepancy_reference

DISCREPANCIES = {
    "unknown_label": "A label that the portal does not know",
    "void_label": "A label that had been made void",
    "wrong_place": "A bag that came to the wrong place",
    "wrong_patient": "A bag that held another patient's record",
    "missing_scan": "A step that nobody scanned",
    "not_where_known": "A bag that was not where it was thought to be",
    "late_conflict": "A late scan that disagrees with what is known",
    "movement_ended": "A bag that turned up after its movement had ended",
    "found_again": "A bag that was missing and turned up",
    "overdue": "A bag that should have arrived",
    "never_held": "A record that the practice says it never held",
}


class Discrepancy(models.Model):
    """One thing that does not fit. The operator's staff see each; ``shown_to`` is the practice that sees it too."""

    reference = models.TextField(unique=True, default=new_discrepancy_reference)
    kind = models.TextField(choices=DISCREPANCIES)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="discrepancies", null=True, blank=True)
    scan = models.ForeignKey(
        Scan, on_delete=models.PROTECT, related_name="discrepancies", null=True, blank=True, db_index=False
    )
    shown_to = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    found_at = models.DateTimeField(default=timezone.now)
    detail = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.TextField(blank=True)
    outcome = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Discrepancy]] = DiscrepancyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["found_at"], name="discrepancy_open", condition=Q(settled_at__isnull=True)),
            models.Index(
                fields=["shown_to", "found_at"], name="discrepancy_shown", condition=Q(shown_to__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(DISCREPANCIES)), name="discrepancy_kind_known"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by_name="", outcome="")
                | (Q(settled_at__isnull=False) & ~Q(settled_by_name="") & ~Q(outcome="")),
                name="discrepancy_settled_says_how",
            ),
            # The same thing is shown once until it is settled.
            models.UniqueConstraint(fields=["bag", "kind"], condition=Q(settled_at=None), name="discrepancy_open_once"),
        ]

    def __str__(self) -> str:
        return self.reference
