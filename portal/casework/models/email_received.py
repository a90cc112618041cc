"""Every e-mail that came in, once, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.casework.models.case import Case

EMAIL_OUTCOMES = {
    "joined": "Added to its case",
    "opened": "Opened a case",
    "ignored": "Left alone: a machine wrote it",
    "refused": "Could not be used",
}


class EmailReceived(models.Model):
    """One e-mail. ``key`` is its Message-ID, or a hash of its content without one: the same never counts twice.

    ``case`` is the case it was added to or that it opened. ``reason`` says why it was ignored or refused, or why it
    opened a case although it names another. ``acknowledged`` is whether its sender was told of it. The text is on
    the case; the e-mail itself stays in the box.
    """

    key = models.TextField(unique=True)
    message_id = models.TextField(blank=True)
    sender = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    outcome = models.TextField(choices=EMAIL_OUTCOMES)
    reason = models.TextField(blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emails", null=True, blank=True)
    acknowledged = models.BooleanField(default=False)
    received_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[EmailReceived]]

    class Meta:
        indexes = [
            models.Index(fields=["outcome", "-id"], name="email_received_by_outcome"),
            models.Index(
                fields=["sender", "received_at"], name="email_received_answered", condition=Q(acknowledged=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=list(EMAIL_OUTCOMES)), name="email_received_outcome"),
            models.CheckConstraint(
                condition=Q(outcome__in=["joined", "opened"], case__isnull=False)
                | Q(outcome__in=["ignored", "refused"], case__isnull=True),
                name="email_received_has_its_case",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["joined", "opened"]) | ~Q(reason=""), name="email_received_says_why"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged=False) | ~Q(outcome="ignored"), name="email_received_no_answer_to_machines"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.key}"

    @property
    def reference(self) -> str:
        """What events call it."""
        return self.key
