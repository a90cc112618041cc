"""What was said on a case: by whoever asked, by the staff, or by the staff among themselves."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.casework.models.case import CHANNELS, Case
from portal.casework.querysets import OfCaseQuerySet

SIDES = {"requester": "Whoever asked", "commissioner": "The commissioner", "staff": "The operator"}


class Message(models.Model):
    """One message in the thread; never changed. ``internal`` ones are notes that only staff read (J22).

    ``email_message_id`` is the Message-ID of the e-mail it came in, '' otherwise.
    """

    reference = models.TextField(unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages", db_index=False)
    side = models.TextField(choices=SIDES)
    channel = models.TextField(choices=CHANNELS, default="portal")
    author_id = models.BigIntegerField(null=True)
    author_name = models.TextField()
    body = models.TextField()
    internal = models.BooleanField(default=False)
    email_message_id = models.TextField(blank=True)
    sent_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Message]] = OfCaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="message_by_case")]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(internal=False) | Q(side="staff"), name="message_internal_only_from_staff"
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reference
