"""A carrier's file that was read to its end: what it brought, and what nobody could place."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ProofImport(models.Model):
    """One file of proofs of delivery. The same file (``sha256``) is never read twice.

    ``problems`` are sentences with the line they belong to, the first hundred of ``unplaced``.
    """

    reference = models.TextField(unique=True)
    name = models.TextField()
    sha256 = models.TextField(unique=True)
    lines = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    already = models.PositiveIntegerField()
    moving = models.PositiveIntegerField()
    unplaced = models.PositiveIntegerField()
    problems = models.JSONField(default=list)
    imported_by_name = models.TextField()
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="proof_import_digest_shape"),
            models.CheckConstraint(
                condition=Q(
                    lines=models.F("delivered")
                    + models.F("failed")
                    + models.F("already")
                    + models.F("moving")
                    + models.F("unplaced")
                ),
                name="proof_import_adds_up",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reference
