"""Seals: what was in a table between two ids, chained, so that rows that vanish or slip in show (trust I13)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.foundation.audit.digests import digest_of, is_digest_of


class AuditSeal(models.Model):
    """All rows of ``table`` with ids above ``after_id`` up to ``last_id``, as they were at ``sealed_at``.

    ``gaps`` are the runs of ids ([first, last]) that no row has and none ever will: their transactions were rolled
    back. ``content`` is a digest over every id and its row's digest, and ``marks`` has the last four bytes of each of
    those, to tell which row it is that differs. The seals of all tables are one chain:
    ``number`` counts from one, and ``previous`` is the digest of the seal before.
    """

    number = models.BigIntegerField(primary_key=True)
    table = models.TextField()
    after_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.BigIntegerField()
    gaps = models.JSONField(default=list)
    content = models.BinaryField()
    marks = models.BinaryField()
    sealed_at = models.DateTimeField(default=timezone.now)
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        app_label = "audit"
        constraints = [
            models.UniqueConstraint(fields=["table", "after_id"], name="seal_follows_one"),
            models.CheckConstraint(condition=Q(number__gte=1), name="seal_numbers_begin_at_one"),
            models.CheckConstraint(condition=Q(last_id__gt=F("after_id")), name="seal_covers_something"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"seal {self.number}"

    def sign(self) -> None:
        """Gives the seal its digest, once all else is known."""
        self.digest = digest_of(self._values(), previous=bytes(self.previous))

    def is_as_signed(self) -> bool:
        """Whether the seal still says what it said."""
        return is_digest_of(bytes(self.digest), self._values(), previous=bytes(self.previous))

    def _values(self) -> list[object]:
        return [
            "seal",
            self.number,
            self.table,
            self.after_id,
            self.last_id,
            self.rows,
            self.gaps,
            bytes(self.content),
            bytes(self.marks),
            self.sealed_at,
        ]
