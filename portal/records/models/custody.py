"""The chain of custody: each link begins where the one before ended, and none is ever changed (R4, R2)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf
from django.utils import timezone

from portal.records.models.holder import Holder
from portal.records.models.movement import Movement
from portal.records.models.record import RecordPart
from portal.records.querysets import CustodyQuerySet

PROOFS = {
    "entered": "It was entered when the record was first known here",
    "scanned": "A bar code was scanned",
    "confirmed": "A person confirmed it",
    "implied": "Nobody scanned it, but where it turned up next shows it",
    "corrected": "A person put right what was wrong",
}

# A link may not be newer than the part says. The other direction is a foreign key: see migration 0002.
_PART_KNOWS = """
    -- Whoever adds a link adds it to a part it may not see all of: the second wall steps aside for the look.
    scope := COALESCE(current_setting('portal.scope', true), '');
    PERFORM set_config('portal.scope', 'system', true);
    SELECT sequence INTO latest FROM records_recordpart WHERE id = NEW.part_id;
    PERFORM set_config('portal.scope', scope, true);
    IF latest IS NULL OR NEW.sequence > latest THEN
        RAISE EXCEPTION 'custody of part %: link % is there, and the part says %', NEW.part_id, NEW.sequence, latest;
    END IF;
    RETURN NULL;
"""


class CustodyEvent(models.Model):
    """One part passed from one holder to another, at ``happened_at``, proved by ``proof``.

    ``previous`` and ``from_holder`` point at the link before (a composite foreign key), so that the chain has neither
    a gap nor a jump; both are empty in the first. ``digest`` is worked out over this row and the digest before
    (``portal.records.chain``): a changed byte shows. ``scan_key`` names the scan, ``movement`` the journey it was part
    of.
    """

    part = models.ForeignKey(RecordPart, on_delete=models.PROTECT, related_name="custody", db_index=False)
    sequence = models.PositiveIntegerField()
    previous = models.GeneratedField(
        expression=NullIf(F("sequence") - Value(1), Value(0)), output_field=models.IntegerField(), db_persist=True
    )
    from_holder = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    to_holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="custody", null=True, blank=True, db_index=True
    )
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    proof = models.TextField(choices=PROOFS)
    scan_key = models.TextField(blank=True)
    place = models.TextField(blank=True)
    note = models.TextField(blank=True)
    by_user_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.TextField()
    digest = models.BinaryField()

    objects: ClassVar[models.Manager[CustodyEvent]] = CustodyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "sequence"], name="custody_link_once"),
            # What the foreign keys of the next link and of the part point at.
            models.UniqueConstraint(fields=["part", "sequence", "to_holder"], name="custody_link_ends_with"),
            models.CheckConstraint(
                condition=Q(sequence=1, from_holder__isnull=True) | Q(sequence__gt=1, from_holder__isnull=False),
                name="custody_first_link_has_no_giver",
            ),
            models.CheckConstraint(condition=~Q(from_holder=F("to_holder")), name="custody_changes_hands"),
            models.CheckConstraint(condition=Q(proof__in=list(PROOFS)), name="custody_proof_known"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="part_knows",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("latest", "integer"), ("scope", "text")],
                func=_PART_KNOWS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} #{self.sequence}"
