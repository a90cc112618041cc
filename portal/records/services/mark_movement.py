"""Marks of a movement and of its record: what must go with it, an old number on the envelope, a protected identity."""

from __future__ import annotations

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.records.events import MOVEMENT_MARKED, RECORD_SEALED
from portal.records.finding import records_of_person
from portal.records.locking import lock_movement
from portal.records.models import Movement, PaperRecord
from portal.records.permissions import MOVE_RECORDS, WORK_RECORDS
from portal.records.registrations.nhs_number import WrongNumber, split_number

# What either practice can say; the other marks follow from what is done with the movement.
SET_BY_HAND = ("home_nation", "gp2gp_failed")


@service(MOVE_RECORDS)
def mark_movement(actor: Actor, movement_reference: str, marks: list[str], old_number: str = "") -> Movement:
    """Sets the marks that are set by hand, and notes the number of an earlier style that stands on the envelope.

    Both practices read the marks at once. Raises NotFound; Conflict when the movement has ended; InvalidInput for an
    unknown mark, or for an NHS number where an old one is asked for.
    """
    if not set(marks) <= set(SET_BY_HAND):
        raise InvalidInput({"marks": "Choose from the list."})
    number = _old_style(old_number)
    movement, _ = lock_movement(actor, movement_reference)
    if movement.ended_at is not None:
        raise Conflict(f"This movement has ended: {movement.state_label.lower()}.")
    flags = [flag for flag in movement.flags if flag not in SET_BY_HAND] + sorted(set(marks))
    with system_scope():  # the record may be on the road between the two
        paper = PaperRecord.objects.select_for_update(of=("self",)).get(id=movement.record_id)
        if sorted(flags) == sorted(movement.flags) and number in ("", paper.old_number):
            nothing_changed()
            return movement
        movement.flags = flags
        movement.save(update_fields=["flags"])
        if number:
            paper.old_number = number
            paper.save(update_fields=["old_number"])
    record(MOVEMENT_MARKED, actor=actor, subject=movement, marks=", ".join(flags) or "none")
    return movement


@service(WORK_RECORDS)
def seal_record(actor: Actor, movement_reference: str, *, is_sealed: bool, why: str) -> Movement:
    """Protects who a record is about, or ends that: no list, label, export or search of a practice names the patient.

    The number on the envelope still finds it, for whoever holds the envelope. Raises NotFound, InvalidInput without
    a reason, Conflict when it is so already.
    """
    if not why.strip():
        raise InvalidInput({"why": "Say who asked for it."})
    movement, _ = lock_movement(actor, movement_reference)
    # What ended under another number of the patient would name them all the same.
    papers = list(records_of_person(movement.record.patient).select_for_update(of=("self",)).order_by("id"))
    if all(paper.is_sealed == is_sealed for paper in papers):
        raise Conflict("The identity is protected already." if is_sealed else "The identity is not protected.")
    for paper in papers:
        paper.is_sealed = is_sealed
        paper.save(update_fields=["is_sealed"])
    what = "protected" if is_sealed else "not protected any more"
    record(RECORD_SEALED, actor=actor, subject=movement, what=what, why=why.strip())
    return movement


def _old_style(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        nhs_number, old_number = split_number(typed)
    except WrongNumber:
        nhs_number, old_number = "wrong", ""
    if nhs_number or not old_number:
        raise InvalidInput({"old_number": "Enter the earlier number only, such as ABCD 123. This is no old number."})
    return old_number
