"""A practice asks for a movement itself (J10)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.organisations.models import Organisation
from portal.records.chain import HandOver, hand_over
from portal.records.events import MOVEMENT_ASKED_FOR
from portal.records.finding import Identifiers, find_patient
from portal.records.models import Bag, Discrepancy, Holder, Movement, PaperRecord, RecordPart
from portal.records.permissions import MOVE_RECORDS
from portal.records.places import holder_of, home_of
from portal.records.registrations.models import RegisteredPatient
from portal.records.services.enter_record import EnterRecord, add_part, enter
from portal.records.services.start_movement import StartMovement, start
from portal.records.states import FINAL

WAYS = {
    "bring": "We need the record of a patient who is registered with us",
    "send": "We have the record of a patient who is not registered with us",
    "notes": "We have more notes for a record that we sent before",
    "mistake": "A record came to us by mistake",
}
_NOT_FOUND = (
    "We cannot find a record that you may ask for with these details. Check both. If they are right, ask us: we look"
    " further than this page can."
)


@dataclass(frozen=True, kw_only=True)
class RequestMovement:
    """The command. ``urgent_reason`` makes it urgent: both sides read it, and the holder answers in two days."""

    way: str
    patient: Identifiers
    urgent_reason: str = ""


@service(MOVE_RECORDS)
def request_movement(actor: Actor, command: RequestMovement) -> Movement:
    """Starts the movement that the practice asks for.

    Raises InvalidInput when nothing is known that it may ask for, the same whatever the reason (J8); Conflict when the
    record is on its way already.
    """
    if command.way not in WAYS:
        raise InvalidInput({"way": "Choose what you need."})
    with system_scope():  # the record may be anywhere
        here = Organisation.objects.get(id=actor.organisation_id)
        patient = find_patient(command.patient)
        if patient is None:
            raise InvalidInput({None: _NOT_FOUND})
        movement = _WAYS[command.way](actor, command, patient, here)
        record(MOVEMENT_ASKED_FOR, actor=actor, subject=movement, organisation_id=here.id, why=WAYS[command.way])
    return movement


def _bring(actor: Actor, command: RequestMovement, patient: RegisteredPatient, here: Organisation) -> Movement:
    found = PaperRecord.objects.filter(patient=patient).first()
    if patient.registered_at_id != here.id or found is None:
        raise InvalidInput({None: _NOT_FOUND})
    holder = _holder_of_first(found)
    if holder.organisation_id == here.id:
        raise Conflict("This record is at your practice. If you cannot find it, say so on its last movement.")
    return _start(actor, command, found, holder, holder_of(here), "requested", here)


def _send(actor: Actor, command: RequestMovement, patient: RegisteredPatient, here: Organisation) -> Movement:
    if patient.registered_at_id == here.id:
        raise Conflict("This patient is registered with you, so the record stays.")
    found = PaperRecord.objects.filter(patient=patient).first()
    if found is None:
        how = f"{here.name} says that it has the record"
        found = enter(actor, EnterRecord(patient=patient, holder=holder_of(here), how=how))
    _settle_here(actor, found, here, "The practice says that it has it")
    return _start(actor, command, found, holder_of(here), home_of(patient), "requested", here)


def _notes(actor: Actor, command: RequestMovement, patient: RegisteredPatient, here: Organisation) -> Movement:
    found = PaperRecord.objects.filter(patient=patient).first()
    was_here = found is not None and Movement.objects.filter(record=found, origin_organisation=here).exists()
    if found is None or not was_here:
        raise InvalidInput({None: _NOT_FOUND})
    number = max(found.parts.values_list("number", flat=True)) + 1
    add_part(actor, found, number, holder_of(here), how="Notes that came later", kind="extra_notes")
    return _start(actor, command, found, holder_of(here), _holder_of_first(found), "extra_notes", here)


def _mistake(actor: Actor, command: RequestMovement, patient: RegisteredPatient, here: Organisation) -> Movement:
    found = PaperRecord.objects.filter(patient=patient).first()
    if patient.registered_at_id == here.id:
        raise Conflict("This patient is registered with you. Mark the record as received on its movement.")
    if found is None:
        how = f"It came to {here.name} by mistake"
        found = enter(actor, EnterRecord(patient=patient, holder=holder_of(here), how=how))
    open_bag = Bag.objects.filter(part__record=found).exclude(state__in=FINAL).first()
    _settle_here(actor, found, here, "It came by mistake")
    if open_bag is not None:
        _found_at_wrong_place(open_bag, here)
        return Movement.objects.get(id=open_bag.movement_id)
    return _start(actor, command, found, holder_of(here), home_of(patient), "misdelivered", here)


def _settle_here(actor: Actor, found: PaperRecord, here: Organisation, note: str) -> None:
    """Custody follows what the practice has in its hands: every part that is thought to be elsewhere is here."""
    holder = holder_of(here)
    parts = RecordPart.objects.select_for_update(of=("self",)).filter(record=found).exclude(state="destroyed")
    for part in parts.select_related("holder").order_by("id"):
        if part.holder_id != holder.id:
            hand_over(actor, HandOver(part=part, to=holder, at=timezone.now(), proof="confirmed", note=note))


def _found_at_wrong_place(bag: Bag, here: Organisation) -> None:
    Discrepancy.objects.get_or_create(
        bag=bag,
        kind="wrong_place",
        settled_at=None,
        defaults={"shown_to": here, "detail": f"{here.name} says that it came to them by mistake"},
    )


def _holder_of_first(found: PaperRecord) -> Holder:
    part = found.parts.exclude(state="destroyed").select_related("holder").order_by("number").first()
    if part is None:
        raise Conflict("There is no paper of this record any more.")
    return part.holder  # type: ignore[no-any-return]


def _start(
    actor: Actor,
    command: RequestMovement,
    found: PaperRecord,
    origin: Holder,
    destination: Holder,
    reason: str,
    here: Organisation,
) -> Movement:
    return start(
        actor,
        StartMovement(
            record=found,
            origin=origin,
            destination=destination,
            reason=reason,
            urgent_reason=command.urgent_reason,
            asked_by=here,
        ),
    )


_WAYS = {"bring": _bring, "send": _send, "notes": _notes, "mistake": _mistake}
