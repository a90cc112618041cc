"""One row per file; its bytes lie in the files folder under a name of our own."""

from __future__ import annotations

import secrets
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.files.limits import EXTENSIONS, MAXIMUM_STORED
from portal.foundation.files.states import STORED_FILE


def new_reference() -> str:
    """A name nobody can guess, for addresses."""
    return secrets.token_urlsafe(16)


def new_stored_name() -> str:
    """Where the bytes lie below the files folder: never anything the sender wrote (ASVS 5.3.2)."""
    return secrets.token_hex(16)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Reads of stored files."""

    def due_for_scan(self) -> StoredFileQuerySet:
        """Quarantined files that no living worker holds: the least tried first, so that one cannot block the rest."""
        now = timezone.now()
        return (
            self.filter(state="quarantined")
            .filter(Q(leased_until=None) | Q(leased_until__lt=now))
            .order_by("scan_attempts", "stored_at", "id")
        )


class StoredFile(models.Model):
    """A file somebody sent. It can be downloaded once the virus scanner has found it clean.

    It belongs to no organisation by itself: what it is attached to decides who may have it, and the view that
    hands it out has asked that first.
    """

    reference = models.TextField(unique=True, default=new_reference, editable=False)
    stored_name = models.TextField(unique=True, default=new_stored_name, editable=False)
    name = models.TextField()
    content_type = models.TextField()
    size = models.PositiveIntegerField()
    sha256 = models.TextField()
    purpose = models.TextField()
    state = models.TextField(default=STORED_FILE.initial, choices=STORED_FILE.choices)
    refused_because = models.TextField(blank=True)
    scanner = models.TextField(blank=True)
    stored_at = models.DateTimeField(default=timezone.now)
    scanned_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    scan_attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    objects: ClassVar[models.Manager[StoredFile]] = StoredFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["scan_attempts", "stored_at"], name="files_to_scan", condition=Q(state="quarantined"))
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STORED_FILE.states)), name="files_state_known"),
            models.CheckConstraint(condition=Q(content_type__in=list(EXTENSIONS)), name="files_type_allowed"),
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=MAXIMUM_STORED), name="files_size_bounded"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="files_sha256_form"),
            models.CheckConstraint(condition=Q(stored_name__regex="^[0-9a-f]{32}$"), name="files_stored_name_form"),
            models.CheckConstraint(
                condition=Q(name__regex=r"^[^/\\[:cntrl:]]{1,100}\.(pdf|png|jpg)$"), name="files_name_plain"
            ),
            models.CheckConstraint(condition=Q(purpose__regex=r"^[a-z]+\.[a-z_]+$"), name="files_purpose_form"),
            models.CheckConstraint(
                condition=Q(state="quarantined", scanned_at__isnull=True, scanner="")
                | (~Q(state="quarantined") & Q(scanned_at__isnull=False) & ~Q(scanner="")),
                name="files_scan_has_time_and_scanner",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(refused_because="")) | (~Q(state="refused") & Q(refused_because="")),
                name="files_refusal_has_reason",
            ),
        ]
        triggers = [
            STORED_FILE.trigger(),
            # What was looked into is what is scanned is what is handed out.
            pgtrigger.ReadOnly(
                name="content_stays", fields=["reference", "stored_name", "content_type", "size", "sha256", "stored_at"]
            ),
        ]

    def __str__(self) -> str:
        return self.reference
