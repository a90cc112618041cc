"""What everybody, the contractors or the staff should know for a while."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class NoticeAudience(models.TextChoices):
    """Who reads a notice."""

    EVERYBODY = "everybody", "Everybody, signed in or not"
    CONTRACTORS = "contractors", "Contractors"
    STAFF = "staff", "Staff"


class ServiceNotice(models.Model):
    """One notice, shown from ``starts_at`` until ``ends_at`` (UTC; None: until somebody ends it)."""

    reference = models.TextField(unique=True)
    title = models.TextField()
    text = models.TextField()
    audience = models.TextField(choices=NoticeAudience.choices, default=NoticeAudience.EVERYBODY)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="notice_ends_after_its_start"
            )
        ]

    def __str__(self) -> str:
        return self.reference
