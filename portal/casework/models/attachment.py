"""A file that belongs to a case, or to a request that is not sent yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from portal.casework.models.case import Case
from portal.casework.models.draft import RequestDraft
from portal.casework.models.message import Message
from portal.casework.querysets import OfCaseQuerySet
from portal.foundation.files.models import StoredFile


class Attachment(models.Model):
    """One file of a case: of its first question (``message`` null), or of a message. Never taken away again.

    Who may read the case may read the file, except that the files of an internal note are for staff.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="attachments", null=True, blank=True, db_index=False
    )
    stored_file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by_name = models.TextField()
    added_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Attachment]] = OfCaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["message"], name="attachment_by_message")]

    def __str__(self) -> str:
        return self.stored_file.name


class DraftFile(models.Model):
    """A file of an unfinished request, by the name of its field; it becomes an Attachment when the request is sent."""

    draft = models.ForeignKey(RequestDraft, on_delete=models.CASCADE, related_name="files")
    field = models.TextField()
    stored_file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "field"], name="draft_file_one_a_field")]

    def __str__(self) -> str:
        return self.stored_file.name
