"""One row per e-mail, written in the transaction of the change it tells of (R10)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

MAXIMUM_ATTEMPTS = 12


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Reads of the outbox."""

    def due(self) -> OutboxQuerySet:
        """Waiting messages whose time has come and that no living worker holds."""
        now = timezone.now()
        return self.filter(state="waiting", due_at__lte=now).filter(Q(leased_until=None) | Q(leased_until__lt=now))


class OutboxMessage(models.Model):
    """An e-mail on its way: ``waiting`` until it is ``sent`` or, after the last attempt, ``failed``.

    A worker leases a row before it sends; a lease that runs out (the worker died) lets another try,
    with the same Message-ID, so that a mail system can drop the duplicate.
    """

    kind = models.TextField()
    recipients = ArrayField(models.EmailField())
    subject = models.TextField()
    body = models.TextField()
    about = models.TextField(blank=True)
    message_id = models.TextField(unique=True)
    state = models.TextField(default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    request_id = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[OutboxMessage]] = OutboxQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="outbox_due", condition=Q(state="waiting"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "failed"]), name="outbox_state_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_sent_has_time",
            ),
            models.CheckConstraint(condition=Q(attempts__lte=MAXIMUM_ATTEMPTS), name="outbox_attempts_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    def next_delay(self) -> timedelta:
        """How long to wait after a failed attempt: one minute, doubled each time, six hours at most."""
        return min(timedelta(minutes=2**self.attempts), timedelta(hours=6))
