"""The chain of custody: adding links to it, and finding those that somebody changed (R2, R4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit.digests import digest_of, is_digest_of
from portal.foundation.audit.safe_reading import every_row
from portal.records.models import CustodyEvent, Holder, Movement, RecordPart


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """``part`` passes to ``to`` at ``at``. ``proof`` is one of ``custody.PROOFS``."""

    part: RecordPart
    to: Holder
    at: datetime
    proof: str
    movement: Movement | None = None
    scan_key: str = ""
    place: str = ""
    note: str = ""


def link(actor: Actor, hand_over: HandOver) -> CustodyEvent:
    """The next link of a locked part, made but not written; the part is brought up to it, also unwritten.

    A link is never older than the one before it: a device's clock does not turn the chain round.
    """
    part = hand_over.part
    is_first = part.pk is None or not part.digest
    event = CustodyEvent(
        part=part,
        sequence=1 if is_first else part.sequence + 1,
        from_holder_id=None if is_first else part.holder_id,
        to_holder=hand_over.to,
        movement=hand_over.movement,
        happened_at=hand_over.at if is_first else max(hand_over.at, part.since),
        recorded_at=timezone.now(),
        proof=hand_over.proof,
        scan_key=hand_over.scan_key,
        place=hand_over.place,
        note=hand_over.note,
        by_user_id=actor.user_id,
        by_name=actor.name,
    )
    event.digest = digest_of(_said(event), previous=bytes(part.digest or b""))
    part.holder, part.organisation_id = hand_over.to, hand_over.to.organisation_id
    part.sequence, part.since, part.digest = event.sequence, event.happened_at, event.digest
    part.box = None  # a box is where the holder before had it
    return event


CHANGED_BY_A_LINK = ("holder", "organisation", "sequence", "since", "digest", "box")


def hand_over(actor: Actor, change: HandOver) -> CustodyEvent:
    """Adds one link to the chain of a locked part. In the caller's transaction; the caller records the event."""
    event = link(actor, change)
    change.part.save(update_fields=CHANGED_BY_A_LINK)
    event.save(force_insert=True)
    return event


def _said(event: CustodyEvent) -> list[object]:
    return [
        event.part_id,
        event.sequence,
        event.from_holder_id,
        event.to_holder_id,
        event.movement_id,
        event.happened_at,
        event.recorded_at,
        event.proof,
        event.scan_key,
        event.place,
        event.note,
        event.by_user_id,
        event.by_name,
    ]


def changed_links() -> Iterator[tuple[CustodyEvent | RecordPart, str]]:
    """Every link that is not what was written, and every part that is not where its chain ends, with a sentence.

    Reads all of them as a stream, in constant memory. The caller is in a transaction, and may see every row
    (``system_scope``).
    """
    before: CustodyEvent | None = None
    for event in every_row(CustodyEvent.objects.order_by("part_id", "sequence")):
        is_next = before is not None and before.part_id == event.part_id
        previous = bytes(before.digest) if is_next and before is not None else b""
        if not is_digest_of(bytes(event.digest), _said(event), previous=previous):
            yield event, "is not what was written, or the link before it is not"
        before = event
    newest = CustodyEvent.objects.filter(
        part=OuterRef("pk"), sequence=OuterRef("sequence"), to_holder=OuterRef("holder"), digest=OuterRef("digest")
    )
    later = CustodyEvent.objects.filter(part=OuterRef("pk"), sequence__gt=OuterRef("sequence"))
    for part in RecordPart.objects.filter(~Exists(newest) | Exists(later)).order_by("id").iterator(chunk_size=1_000):
        yield part, "is not where its chain of custody ends"
