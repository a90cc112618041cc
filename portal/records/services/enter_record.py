"""Entering a record, where it is known to be: the first link of its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.bulk_writing import write_changes, write_new
from portal.foundation.errors import InvalidInput
from portal.records.chain import HandOver, link
from portal.records.events import RECORD_ENTERED
from portal.records.models import CustodyEvent, Holder, PaperRecord, RecordPart
from portal.records.permissions import WORK_RECORDS
from portal.records.registrations.models import RegisteredPatient


@dataclass(frozen=True, kw_only=True)
class EnterRecord:
    """The command. ``how`` says in words how it is known that ``holder`` has it; ``parts`` is how many bags."""

    patient: RegisteredPatient
    holder: Holder
    how: str
    parts: int = 1
    since: datetime | None = None


@service(WORK_RECORDS)
def enter_record(actor: Actor, command: EnterRecord) -> PaperRecord:
    """Enters the record of a patient of whom none is known. Raises InvalidInput when there is one already."""
    if PaperRecord.objects.filter(patient=command.patient).exists():
        raise InvalidInput({None: "The record of this patient is known here already."})
    entered = enter(actor, command)
    record(RECORD_ENTERED, actor=actor, subject=entered, how=command.how)
    return entered


def enter(actor: Actor, command: EnterRecord) -> PaperRecord:
    """The part of it that other services use: the record, its parts, and the first link of each. No event."""
    entered = PaperRecord.objects.create(patient=command.patient)
    for number in range(1, command.parts + 1):
        add_part(actor, entered, number, command.holder, how=command.how, since=command.since)
    return entered


def enter_many(actor: Actor, patients: Sequence[RegisteredPatient], holder: Holder, *, how: str) -> None:
    """As ``enter``, one part each, in a fixed number of statements. The patients are locked and have no record yet."""
    now = timezone.now()
    entered = [PaperRecord(patient=patient) for patient in patients]
    write_new(PaperRecord, entered)
    parts = [
        RecordPart(record=each, holder=holder, organisation_id=holder.organisation_id, since=now, digest=b"")
        for each in entered
    ]
    write_new(RecordPart, parts)
    links = [link(actor, HandOver(part=part, to=holder, at=now, proof="entered", note=how)) for part in parts]
    write_changes(RecordPart, parts, ("digest", "since"))
    write_new(CustodyEvent, links)


def add_part(
    actor: Actor,
    of: PaperRecord,
    number: int,
    holder: Holder,
    *,
    how: str,
    kind: str = "original",
    since: datetime | None = None,
    stands_for: RecordPart | None = None,
) -> RecordPart:
    """One more part of a record, with the first link of its chain. No event."""
    at = since or timezone.now()
    part = RecordPart(record=of, number=number, kind=kind, holder=holder, since=at, digest=b"", stands_for=stands_for)
    part.organisation_id = holder.organisation_id
    part.save()
    first: CustodyEvent = link(actor, HandOver(part=part, to=holder, at=at, proof="entered", note=how))
    part.save(update_fields=["digest", "since"])
    first.save(force_insert=True)
    return part
