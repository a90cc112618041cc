"""How a movement ends, or does not: received, no paper, never held, cancelled, missing, lost (J9, J26)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.record import record_many
from portal.foundation.errors import Conflict, InvalidInput
from portal.records.chain import HandOver, hand_over
from portal.records.events import PART_SOUGHT
from portal.records.locking import lock_movement
from portal.records.models import Bag, Discrepancy, Movement
from portal.records.permissions import MOVE_RECORDS, START_MOVEMENTS, WORK_RECORDS
from portal.records.states import FINAL
from portal.records.stepping import step_all


@service(MOVE_RECORDS)
def confirm_arrival(actor: Actor, movement_reference: str) -> Movement:
    """The practice has it: "In storage at GP practice". A bag that nobody scanned on the way passes by implication.

    Raises NotFound; Conflict when the record is not sent to the actor's site or the movement has ended.
    """
    movement, bags = _ours(actor, movement_reference, taking=True)
    open_bags = [bag for bag in bags if bag.state not in FINAL]
    with system_scope():  # the part is another's until its link is written
        now = timezone.now()
        for bag in open_bags:
            if bag.part.holder_id != movement.destination_id:
                change = HandOver(part=bag.part, to=movement.destination, at=now, proof="confirmed", movement=movement)
                hand_over(actor, change)
        record_many(step_all(actor, movement, open_bags, "in_storage", "Confirmed by the practice"))
    return movement


@service(MOVE_RECORDS)
def say_no_paper(actor: Actor, movement_reference: str, *, digitised: bool) -> Movement:
    """There is no paper to send: it was never made, or it is digitised. Raises NotFound, Conflict."""
    movement, bags = _ours(actor, movement_reference, taking=False)
    flag = "digitised" if digitised else "no_paper"
    if flag not in movement.flags:
        movement.flags = [*movement.flags, flag]
        movement.save(update_fields=["flags"])
    how = "Digitised: the letter goes instead" if digitised else "No paper record"
    record_many(step_all(actor, movement, [bag for bag in bags if bag.state not in FINAL], "no_paper", how))
    return movement


@service(MOVE_RECORDS)
def say_never_held(actor: Actor, movement_reference: str, note: str) -> Movement:
    """The practice has not got it: it is missing at once, and the operator looks for it. Raises NotFound, Conflict,
    InvalidInput without a note of where the practice looked.
    """
    if not note.strip():
        raise InvalidInput({"note": "Say where you looked, and what your system says about this patient's paper."})
    movement, bags = _ours(actor, movement_reference, taking=False)
    for bag in bags:
        with system_scope():  # the operator's to settle, and shown to whoever waits for the record
            Discrepancy.objects.get_or_create(
                bag=bag,
                kind="never_held",
                settled_at=None,
                defaults={"detail": note.strip(), "shown_to_id": movement.destination_organisation_id},
            )
        record(PART_SOUGHT, actor=actor, subject=movement, bag=bag.number, why="The practice says it never held it")
    record_many(step_all(actor, movement, bags, "missing", "Not at the practice"))
    return movement


@service(WORK_RECORDS)
def cancel_movement(actor: Actor, movement_reference: str, reason: str) -> Movement:
    """Ends a movement that has not left, or whose record cannot be found. Raises NotFound, Conflict, InvalidInput."""
    if not reason.strip():
        raise InvalidInput({"reason": "Say why. Both practices read it."})
    return end_before_leaving(actor, movement_reference, reason.strip())


@service(START_MOVEMENTS)
def undo_movement(actor: Actor, movement_reference: str, reason: str) -> Movement:
    """Ends a movement that a later registration made needless. Raises NotFound, Conflict once it has left."""
    return end_before_leaving(actor, movement_reference, reason)


def end_before_leaving(actor: Actor, movement_reference: str, reason: str) -> Movement:
    """The part of it that other services use. Raises Conflict for a bag that has left, or when nothing is under way."""
    movement, bags = lock_movement(actor, movement_reference)
    if movement.ended_at is not None:
        raise Conflict(f"This movement has ended: {movement.state_label.lower()}.")
    movement.end_note = reason
    movement.save(update_fields=["end_note"])
    record_many(step_all(actor, movement, [bag for bag in bags if bag.state not in FINAL], "cancelled", reason))
    return movement


@service(WORK_RECORDS)
def mark_missing(actor: Actor, movement_reference: str, bag_number: int, why: str) -> Movement:
    """A bag is missing after the search (5 working days). Raises NotFound, Conflict, InvalidInput."""
    return _sought(actor, movement_reference, bag_number, "missing", why)


@service(WORK_RECORDS)
def mark_lost(actor: Actor, movement_reference: str, bag_number: int, why: str) -> Movement:
    """A missing bag counts as lost (6 months). Raises NotFound, Conflict, InvalidInput."""
    return _sought(actor, movement_reference, bag_number, "lost", why)


def _sought(actor: Actor, reference: str, number: int, state: str, why: str) -> Movement:
    if not why.strip():
        raise InvalidInput({"why": "Say what was searched."})
    movement, bags = lock_movement(actor, reference)
    chosen = [bag for bag in bags if bag.number == number]
    if not chosen:
        raise Conflict(f"This movement has no bag {number}.")
    record(PART_SOUGHT, actor=actor, subject=movement, bag=number, why=why.strip())
    record_many(step_all(actor, movement, chosen, state, why.strip()))
    return movement


def _ours(actor: Actor, reference: str, *, taking: bool) -> tuple[Movement, list[Bag]]:
    """A movement that has not ended, to (``taking``) or from the actor's own site. Raises NotFound, Conflict."""
    movement, bags = lock_movement(actor, reference)
    side = movement.destination_organisation_id if taking else movement.origin_organisation_id
    if actor.audience == "contractor" and side != actor.organisation_id:
        raise Conflict("Only the site that it is sent to can say this." if taking else "Only the sender can say this.")
    if movement.ended_at is not None:
        raise Conflict(f"This movement has ended: {movement.state_label.lower()}.")
    return movement, bags
