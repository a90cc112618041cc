"""Every file that was offered to the directory, and what became of it."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone


def new_reference() -> str:
    """A public reference for a run."""
    return f"IMP-{secrets.token_hex(5).upper()}"


class ImportRun(models.Model):
    """One file, applied whole or refused whole.

    ``rejected`` holds the lines that made it refused: ``[{"line": 7, "reason": "..."}]``. Who did it is
    kept as number and name, so that the record outlives the account.
    """

    reference = models.TextField(unique=True, default=new_reference)
    file_name = models.TextField()
    sha256 = models.TextField(blank=True)
    layout = models.TextField(blank=True)
    released_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(choices={"applied": "Applied", "refused": "Refused"})
    read = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    rejected = models.JSONField(default=list, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="import_run_newest")]

    def __str__(self) -> str:
        return f"{self.reference} {self.file_name}"
