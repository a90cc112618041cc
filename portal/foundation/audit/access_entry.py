"""Who looked at which patient, why, and on which page (R2, trust I14)."""

from __future__ import annotations

from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.access.actor import Actor
from portal.foundation.audit.purposes import PURPOSES


def sites_sql(entry: str) -> str:
    """SQL of each site that may see the look in the row named ``entry``, and its id."""
    return f"""
        select distinct site, {entry}.id
        from unnest({entry}.patient_organisation_ids || {entry}.organisation_id) site where site is not null
    """  # noqa: S608  our own words


class AccessEntryQuerySet(models.QuerySet["AccessEntry"]):
    """Reads of the access log."""

    def visible_to(self, actor: Actor) -> Self:
        """All for staff and system; for a practice what its people looked at, and who looked at its patients."""
        if actor.audience in {"staff", "system"}:
            return self.all()
        if actor.audience != "contractor" or actor.organisation_id is None:
            return self.none()
        # By rows of their own: behind row security no index answers what an array holds, and the whole log was read.
        return self.filter(id__in=LookSite.objects.filter(organisation_id=actor.organisation_id).values("entry_id"))


class AccessEntry(models.Model):
    """One person saw one patient's data once. Written by ``portal.foundation.audit.looking`` and never changed.

    ``patient_reference`` is the patient's public reference, never an NHS number. ``organisation_id`` is for whom the
    person acted; ``patient_organisation_ids`` are those where the patient was registered or the record was kept at
    that moment. ``shown_together`` is how many patients the page showed at once.
    """

    occurred_at = models.DateTimeField(default=timezone.now)
    actor_user_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    actor_audience = models.TextField()
    organisation_id = models.BigIntegerField(null=True)
    patient_reference = models.TextField()
    patient_organisation_ids = ArrayField(models.BigIntegerField(), default=list)
    purpose = models.TextField()
    page = models.TextField()
    shown_together = models.PositiveIntegerField(default=1)
    request_id = models.TextField(blank=True)
    digest = models.BinaryField()

    objects: ClassVar[models.Manager[AccessEntry]] = AccessEntryQuerySet.as_manager()

    class Meta:
        app_label = "audit"
        indexes = [
            models.Index(fields=["patient_reference", "-id"], name="access_by_patient"),
            models.Index(fields=["organisation_id", "-id"], name="access_by_organisation"),
            models.Index(fields=["actor_user_id", "-id"], name="access_by_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="access_purpose_known"),
            # Ten digits in a row may be an NHS number, whoever made the reference.
            models.CheckConstraint(
                condition=~Q(patient_reference="") & ~Q(patient_reference__regex="[0-9]{10}"),
                name="access_patient_by_reference",
            ),
            models.CheckConstraint(condition=Q(shown_together__gte=1), name="access_shows_somebody"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="keeps_sites",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=f"INSERT INTO audit_looksite (organisation_id, entry_id) {sites_sql('NEW')}; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.patient_reference}"

    @property
    def why(self) -> str:
        """The purpose in words."""
        return PURPOSES[self.purpose]

    def signed_values(self) -> list[object]:
        """All that the digest covers."""
        return [
            "access entry",
            self.occurred_at,
            self.actor_user_id,
            self.actor_name,
            self.actor_audience,
            self.organisation_id,
            self.patient_reference,
            self.patient_organisation_ids,
            self.purpose,
            self.page,
            self.shown_together,
            self.request_id,
        ]


class LookSite(models.Model):
    """That a site sees a look: its own people looked, or the patient was theirs at that moment.

    It says again what the entry says, as rows that have an index behind row security. The entry's trigger writes it.
    """

    organisation_id = models.BigIntegerField()
    # No constraint, as elsewhere in the record: it neither hinders nor hides what happens to the row it describes.
    entry = models.ForeignKey(
        AccessEntry, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        app_label = "audit"
        constraints = [models.UniqueConstraint(fields=["organisation_id", "entry"], name="look_of_site_once")]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.entry_id}"
