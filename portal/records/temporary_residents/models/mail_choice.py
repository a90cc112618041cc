"""Who wants no e-mail about new forms."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.records.querysets import OfPracticeQuerySet


class MailChoice(models.Model):
    """What one person chose for one site. Without a row they get the e-mails; reminders go to everybody."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    wants_mail = models.BooleanField(default=True)
    chosen_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[MailChoice]] = OfPracticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="temporary_mail_chosen_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.user_id}: {self.wants_mail}"
