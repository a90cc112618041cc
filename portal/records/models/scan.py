"""Every scan that reached the portal, once, and what it did (J27)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.access import Actor
from portal.records.models.holder import Holder
from portal.records.models.label import Label

SCAN_KINDS = {
    "bagged": "Bagged",
    "collected": "Collected by the courier",
    "hub_in": "Arrived at the hub",
    "hub_out": "Left the hub",
    "delivered": "Delivered",
    "failed": "Could not be delivered",
    "received": "Received",
    "shelved": "Put in the store",
    "retrieved": "Taken out of the store",
}
# Why a bag could not be delivered. Fixed sentences: a courier's own words might name a patient.
FAILED_BECAUSE = {
    "closed": "The site was closed",
    "nobody": "Nobody could take it in",
    "refused": "The site did not take it",
    "no_way_in": "There was no safe way in",
    "not_found": "The site was not at the address",
    "other": "Another reason",
}
OUTCOMES = {
    "applied": "It moved the bag on",
    "already": "The bag was there already",
    "late": "It came after a newer scan that it agrees with",
    "discrepancy": "It does not fit: somebody has to look",
}


class ScanQuerySet(models.QuerySet["Scan"]):
    """Scans belong to the operator."""

    def visible_to(self, actor: Actor) -> ScanQuerySet:
        """All for the staff and the system, none for anybody else."""
        return self.all() if actor.audience in ("staff", "system") else self.none()


class Scan(models.Model):
    """One scan. ``key`` is the sender's own and makes it count once; ``code`` is what was read, also when unknown.

    ``scanned_at`` is the device's time, ``received_at`` ours. ``batch`` names the call that it came with.
    ``note`` says why a delivery failed, and what was put right in the scan.
    """

    key = models.TextField(unique=True)
    kind = models.TextField(choices=SCAN_KINDS)
    code = models.TextField()
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="scans", null=True, blank=True)
    place = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    device = models.TextField(blank=True)
    batch = models.TextField(blank=True)
    by_user_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.TextField()
    outcome = models.TextField(choices=OUTCOMES)
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Scan]] = ScanQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["place", "-scanned_at"], name="scan_by_place")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(SCAN_KINDS)), name="scan_kind_known"),
            models.CheckConstraint(condition=Q(outcome__in=list(OUTCOMES)), name="scan_outcome_known"),
            models.CheckConstraint(condition=~Q(key=""), name="scan_has_a_key"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.key
