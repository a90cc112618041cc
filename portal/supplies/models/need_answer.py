"""What a site said about something that the portal thinks it will need."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.querysets import NeedAnswerQuerySet


class NeedAnswer(models.Model):
    """The site does not want to read of the item until after ``quiet_until``; None: until somebody puts it back."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey("supplies.CatalogueItem", on_delete=models.CASCADE, related_name="+")
    quiet_until = models.DateField(null=True)
    answered_by_name = models.TextField()
    answered_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[NeedAnswer]] = NeedAnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "item"], name="need_answered_once")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quiet_until or 'not needed'}"
