"""Every file of registration events that was offered, and what of it could not be taken."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from portal.records.registrations.querysets import OperatorOnlyQuerySet
from portal.records.registrations.reference import new_import_reference


class RegistrationImport(models.Model):
    """One file. ``finished_at`` is empty while it is read, and stays so when the import was killed half-way.

    Digits of the file's name that could be an NHS number are not kept.
    """

    reference = models.TextField(unique=True, default=new_import_reference)
    file_name = models.TextField()
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.TextField()
    taken = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)

    objects: ClassVar[models.Manager[RegistrationImport]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="registration_import_newest")]

    def __str__(self) -> str:
        return self.reference


class RejectedTransaction(models.Model):
    """One place of a file that could not be taken. ``reason`` repeats nothing of what stood there."""

    source = models.ForeignKey(RegistrationImport, on_delete=models.PROTECT, related_name="rejections")
    position = models.TextField()
    reason = models.TextField()

    objects: ClassVar[models.Manager[RejectedTransaction]] = OperatorOnlyQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="rejected_says_why")]

    def __str__(self) -> str:
        return self.position
