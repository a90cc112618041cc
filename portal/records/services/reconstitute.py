"""A lost record is put together anew; when the original turns up, the two are joined (J26).

The new part has a chain of its own, says that it stands for a lost one, and since when. The lost one goes on being
looked for: any scan of its label finds it.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.queue import queue_email
from portal.foundation.worker import one_by_one
from portal.records.events import RECORD_JOINED, RECORD_RECONSTITUTED
from portal.records.locking import lock_bag
from portal.records.messages import original_found
from portal.records.models import Bag, RecordPart
from portal.records.permissions import START_MOVEMENTS, WORK_RECORDS
from portal.records.services.enter_record import add_part
from portal.records.services.start_movement import StartMovement, start
from portal.records.states import FINAL

_AT_ONCE = 200


@service(WORK_RECORDS)
def reconstitute(actor: Actor, movement_reference: str, bag_number: int, why: str) -> RecordPart:
    """The record of a lost bag was put together anew, and lies where the bag was sent. Both sides read it.

    Raises NotFound; InvalidInput without a word on what it was put together from; Conflict for a bag that is not
    lost, or whose record was put together before.
    """
    if not why.strip():
        raise InvalidInput({"why": "Say what it was put together from."})
    movement, bag = lock_bag(actor, movement_reference, bag_number)
    if bag is None or bag.state != "lost":
        raise Conflict("Only the record of a lost bag is put together anew. Mark the bag as lost first.")
    if RecordPart.objects.filter(stands_for=bag.part).exists():
        raise Conflict("This record was put together anew already.")
    number = max(movement.record.parts.values_list("number", flat=True)) + 1
    part = add_part(
        actor, movement.record, number, movement.destination, how=f"Put together anew: {why.strip()}",
        kind="reconstituted", stands_for=bag.part,
    )  # fmt: skip
    if "reconstituted" not in movement.flags:
        movement.flags = [*movement.flags, "reconstituted"]
        movement.save(update_fields=["flags"])
    record(RECORD_RECONSTITUTED, actor=actor, subject=movement, bag=bag_number, why=why.strip())
    return part


def join_what_was_found() -> None:
    """What the worker does: puts each original that turned up beside the one made anew, or sends it there."""
    actor = system_actor("The search", WORK_RECORDS, START_MOVEMENTS)
    with system_scope():
        one_by_one(_found_again(), lambda part: join_original(actor, part), name=lambda part: f"part {part}")


@service(WORK_RECORDS)
def join_original(actor: Actor, stand_in_id: int) -> bool:
    """Joins the two where they are in one place, and says so to the practice that has them; whether it did.

    Where they are apart, the original is sent to where the other is.
    """
    stand_in = RecordPart.objects.select_for_update(of=("self",)).select_related("record", "holder").get(id=stand_in_id)
    original = (
        RecordPart.objects.select_for_update(of=("self",))
        .select_related("holder")
        .get(id=stand_in.stands_for_id)  # the lower id is not always the original's: no other service locks both
    )
    if stand_in.joined_at is not None or original.state != "kept" or _on_its_way(original, stand_in):
        nothing_changed()
        return False
    last = Bag.objects.filter(part=original).select_related("movement").order_by("-id").first()
    if last is None:
        nothing_changed()
        return False
    if original.holder_id != stand_in.holder_id:
        _send(
            actor,
            StartMovement(
                record=stand_in.record,
                origin=original.holder,
                destination=stand_in.holder,
                reason="search",
                follows=last.movement,
            ),
        )
        return False
    stand_in.joined_at = timezone.now()
    stand_in.save(update_fields=["joined_at"])
    record(RECORD_JOINED, actor=actor, subject=last.movement, bag=last.number)
    if stand_in.holder.organisation is not None:
        queue_email(original_found(last.movement, stand_in.holder.organisation))
    return True


def _send(actor: Actor, command: StartMovement) -> None:
    """Starts the movement; while something else of the record is on its way from there, the next run tries again."""
    try:
        with transaction.atomic():
            start(actor, command)
    except Conflict:
        nothing_changed()


def _on_its_way(*parts: RecordPart) -> bool:
    return Bag.objects.filter(part__in=parts).exclude(state__in=FINAL).exists()


def _found_again() -> list[int]:
    under_way = Bag.objects.filter(part=OuterRef("stands_for")).exclude(state__in=FINAL)
    found = RecordPart.objects.filter(kind="reconstituted", joined_at=None, stands_for__state="kept")
    return list(found.filter(~Exists(under_way)).order_by("id").values_list("id", flat=True)[:_AT_ONCE])
