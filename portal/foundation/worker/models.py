"""One row per task: when it is due, who is at it, how the last run went."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

LONGEST_WAIT = timedelta(hours=6)


class PeriodicTaskQuerySet(models.QuerySet["PeriodicTask"]):
    """Reads of the tasks."""

    def due(self) -> PeriodicTaskQuerySet:
        """Tasks whose time has come and that no living worker holds."""
        now = timezone.now()
        return self.filter(due_at__lte=now).filter(Q(leased_until=None) | Q(leased_until__lt=now))


class PeriodicTask(models.Model):
    """The state of one registered task.

    A worker leases the row before it runs the task and renews the lease while it does. The lease of a worker
    that died runs out, and another takes the task over.
    """

    code = models.TextField(unique=True)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    last_started_at = models.DateTimeField(null=True)
    last_finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)  # one after the other; a good run ends the count
    runs = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager[PeriodicTask]] = PeriodicTaskQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, last_error="") | (Q(failures__gt=0) & ~Q(last_error="")),
                name="worker_failure_has_an_error",
            ),
            models.CheckConstraint(
                condition=Q(leased_until__isnull=True) | Q(last_started_at__isnull=False),
                name="worker_lease_has_a_start",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def wait_after_failure(self, every: timedelta) -> timedelta:
        """How long to wait after the failures so far: a minute, doubled each time, six hours at most.

        Never less than the task's own interval.
        """
        return max(every, min(timedelta(minutes=2 ** min(self.failures, 10)), LONGEST_WAIT))
