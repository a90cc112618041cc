"""Forms that were lost or stolen: the facts, who was told, how it ended (J7)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.serials.querysets import SerialQuerySet
from portal.supplies.models import CatalogueItem


class FormIncident(models.Model):
    """The register's row for one report of missing forms. No patient is in it. ``area`` is the commissioner's code."""

    case_reference = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    area = models.TextField(blank=True)
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    first = models.BigIntegerField()
    kind = models.TextField()
    found_on = models.DateField()
    last_seen = models.TextField()
    place = models.TextField()
    prescribers = models.TextField(blank=True)
    police_reference = models.TextField(blank=True)
    ink_until = models.DateField(null=True)
    reported_at = models.DateTimeField(default=timezone.now)
    reported_by_name = models.TextField()
    outcome = models.TextField(blank=True)
    outcome_note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.TextField(blank=True)

    objects: ClassVar[models.Manager[FormIncident]] = SerialQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "-reported_at"], name="incident_by_area"),
            models.Index(fields=["ink_until"], name="incident_ink"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None)
                | (Q(outcome__in=["found", "lost"], closed_at__isnull=False) & ~Q(outcome_note="")),
                name="incident_closes_with_an_outcome",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="incident_has_forms"),
            models.CheckConstraint(condition=~Q(last_seen="") & ~Q(place=""), name="incident_says_where_and_when"),
            models.CheckConstraint(condition=Q(found_on__lte=F("ink_until")), name="incident_found_before_ink_ends"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.case_reference


class AreaContact(models.Model):
    """Who must know in an area when forms are missing. ``area`` '' is everywhere."""

    area = models.TextField(blank=True)
    role = models.TextField()
    name = models.TextField(blank=True)
    email = models.EmailField()
    added_at = models.DateTimeField(default=timezone.now)
    added_by_name = models.TextField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "email"], condition=Q(ended_at=None), name="area_contact_once"),
            models.CheckConstraint(condition=~Q(role="") & ~Q(email=""), name="area_contact_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.area or 'everywhere'}"
