"""A patient's paper record and its parts: each part is in exactly one place (R4)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.foundation.audit.looking import holds_patient
from portal.organisations.models import Organisation
from portal.records.models.holder import Holder
from portal.records.models.store import Box
from portal.records.querysets import PartQuerySet, RecordQuerySet
from portal.records.reference import new_record_reference
from portal.records.registrations.models import RegisteredPatient
from portal.records.states import RECORD_PART

PART_KINDS = {
    "original": "The record",
    "extra_notes": "Notes that came later",
    "reconstituted": "Put together anew because the original was lost",
}

# Two people with the last place in a box: the second waits for the lock, counts again, and finds it full.
_HAS_ROOM = """
    SELECT capacity INTO room FROM records_box WHERE id = NEW.box_id FOR NO KEY UPDATE;
    IF room IS NULL OR (SELECT count(*) FROM records_recordpart WHERE box_id = NEW.box_id) > room THEN
        RAISE EXCEPTION 'box % has no room for part %', NEW.box_id, NEW.id;
    END IF;
    RETURN NULL;
"""


@holds_patient("old_number", reference="patient.reference")
class PaperRecord(models.Model):
    """What there is on paper of one patient. ``is_sealed`` hides who it is from all but a few (a protected identity).

    ``old_number`` is a number of an earlier style that stands on the envelope. ``digitised_on`` is when it was
    scanned; the paper may be there still.
    """

    reference = models.TextField(unique=True, default=new_record_reference)
    patient = models.OneToOneField(RegisteredPatient, on_delete=models.PROTECT, related_name="paper_record")
    old_number = models.TextField(blank=True)
    is_sealed = models.BooleanField(default=False)
    digitised_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[PaperRecord]] = RecordQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["old_number"], name="record_by_old_number", condition=~Q(old_number="")),
        ]

    def __str__(self) -> str:
        return self.reference  # never a name or a number: this text ends up in logs


class RecordPart(models.Model):
    """One bag's worth of a record, with whoever has it now.

    ``holder``, ``sequence``, ``since`` and ``digest`` are those of the newest link of its chain of custody: the
    database refuses others (records_part_is_its_chain). ``organisation`` is the holder's, for the scope of rows;
    ``box`` is where in a store; None elsewhere, and in a store for what is not on a shelf yet. A composite foreign key
    (migration 0004) lets a part only be in a box of the store that has it. ``state`` says whether it is looked for.
    A part that was put together anew ``stands_for`` a lost one; ``joined_at`` is when that turned up and lay beside it.
    """

    record = models.ForeignKey(PaperRecord, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField(default=1)
    kind = models.TextField(choices=PART_KINDS, default="original")
    state = models.TextField(choices=RECORD_PART.choices, default=RECORD_PART.initial)
    state_since = models.DateTimeField(default=timezone.now)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="parts")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="parts", null=True, blank=True, db_index=False)
    since = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=1)
    digest = models.BinaryField()
    stands_for = models.OneToOneField("self", on_delete=models.PROTECT, related_name="stand_in", null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[RecordPart]] = PartQuerySet.as_manager()

    class Meta:
        ordering = ["record_id", "number"]
        indexes = [
            models.Index(
                fields=["organisation", "id"], name="record_part_by_site", condition=Q(organisation__isnull=False)
            ),
            models.Index(fields=["state", "state_since"], name="record_part_sought", condition=~Q(state="kept")),
            models.Index(fields=["box"], name="record_part_in_box", condition=Q(box__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="record_part_once"),
            models.CheckConstraint(condition=Q(state__in=list(RECORD_PART.states)), name="record_part_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(PART_KINDS)), name="record_part_kind_known"),
            models.CheckConstraint(condition=Q(number__gte=1, sequence__gte=1), name="record_part_counts_from_one"),
            models.CheckConstraint(
                condition=Q(kind="reconstituted", stands_for__isnull=False)
                | (~Q(kind="reconstituted") & Q(stands_for=None, joined_at=None)),
                name="record_part_stands_for_a_lost_one",
            ),
        ]
        triggers: ClassVar = [
            RECORD_PART.trigger(),
            pgtrigger.Trigger(
                name="box_has_room",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("box_id"),
                condition=pgtrigger.Condition("NEW.box_id IS NOT NULL"),
                declare=[("room", "integer")],
                func=_HAS_ROOM,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.number}"
