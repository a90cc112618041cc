"""What the record holds: events, looks and seals.

The table of events has no foreign keys, so that it outlives and never hinders what it describes.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils import timezone

from portal.foundation.audit.access_entry import AccessEntry, LookSite
from portal.foundation.audit.events import REGISTER
from portal.foundation.audit.seal import AuditSeal

__all__ = ["AccessEntry", "AuditEvent", "AuditSeal", "LookSite"]


class EventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads of the record."""

    def about(self, subject_type: str, reference: str) -> EventQuerySet:
        """The events of one thing, oldest first (uses the subject index)."""
        return self.filter(subject_type=subject_type, subject_reference=reference).order_by("id")


class AuditEvent(models.Model):
    """Something that happened, by whom, to what. Rows are written by ``record`` and never changed (R2)."""

    occurred_at = models.DateTimeField(default=timezone.now)
    type = models.TextField()
    actor_user_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    actor_audience = models.TextField()
    organisation_id = models.BigIntegerField(null=True)
    subject_type = models.TextField()
    subject_reference = models.TextField()
    payload = models.JSONField(default=dict)
    request_id = models.TextField(blank=True)
    digest = models.BinaryField()

    objects: ClassVar[models.Manager[AuditEvent]] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_reference", "id"], name="audit_by_subject"),
            models.Index(fields=["organisation_id", "-id"], name="audit_by_organisation"),
            models.Index(fields=["-id"], name="audit_refused", condition=models.Q(type="access.refused")),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_reference}"

    def signed_values(self) -> list[object]:
        """All that the digest covers."""
        return [
            "audit event",
            self.occurred_at,
            self.type,
            self.actor_user_id,
            self.actor_name,
            self.actor_audience,
            self.organisation_id,
            self.subject_type,
            self.subject_reference,
            self.payload,
            self.request_id,
        ]

    @property
    def sentence(self) -> str:
        """The event as a timeline says it."""
        values: dict[str, Any] = {**self.payload, "actor": self.actor_name, "subject": self.subject_reference}
        return REGISTER[self.type].sentence.format_map(values)

    @property
    def is_public(self) -> bool:
        """Whether contractors may read it."""
        return REGISTER[self.type].public
