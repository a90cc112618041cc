"""Settling an event that the rules could not bring to an end (J26, J28)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.organisations.api import Organisation
from portal.records.registrations.effects import NEEDS_PERSON
from portal.records.registrations.events import QUESTION_SETTLED
from portal.records.registrations.facts import open_movement
from portal.records.registrations.models import RegistrationEvent, WantedMovement
from portal.records.registrations.moving import lock_patient
from portal.records.registrations.permissions import SETTLE_EVENTS
from portal.records.registrations.succession import hold_numbers


@dataclass(frozen=True, kw_only=True)
class SettleQuestion:
    """``holder`` is the ODS code of the practice that turned out to hold the record, or ''."""

    reference: str
    note: str
    holder: str = ""


@service(SETTLE_EVENTS)
def settle_question(actor: Actor, command: SettleQuestion) -> RegistrationEvent:
    """Keeps what was found out; a practice that holds the record is asked to send it to where the patient is now.

    Raises NotFound, Conflict when somebody settled it first or the record is moving already, and InvalidInput for a
    holder that is no GP practice or cannot be asked.
    """
    hold_numbers(alone=False)  # whose event it is changes when two patients are joined
    locked = RegistrationEvent.objects.select_for_update(of=("self",))
    event: RegistrationEvent | None = locked.filter(reference=command.reference).first()
    if event is None or event.effect not in NEEDS_PERSON:
        raise NotFound
    if event.settled_at is not None:
        raise Conflict(f"{event.settled_by_name} has settled it already.")
    if event.joinings.filter(state="waiting").exists():
        raise Conflict("Somebody has proposed to join the two patients. A second person decides that first.")
    outcome = "found out"
    if command.holder:
        _ask(event, command.holder)
        outcome = "the holder is asked to send the record"
    event.settled_at, event.settled_by_name, event.settled_note = timezone.now(), actor.name, command.note
    event.save(update_fields=["settled_at", "settled_by_name", "settled_note"])
    record(QUESTION_SETTLED, actor=actor, subject=event, outcome=outcome)
    return event


def _ask(event: RegistrationEvent, code: str) -> None:
    if event.effect != "previous_practice_sought" or event.patient_id is None:
        raise InvalidInput({"holder": "Leave this empty: nobody needs to be asked for this record."})
    holder = Organisation.objects.filter(code=code.strip().upper(), contractor_type="gp").first()
    if holder is None:
        raise InvalidInput({"holder": "Enter the ODS code of a GP practice that the directory knows."})
    patient = lock_patient(event.patient_id)
    if patient is None:
        raise NotFound
    if open_movement(patient) is not None:
        raise Conflict("The record is on its way already. Settle this without naming a practice.")
    if patient.registered_at_id is None:
        raise InvalidInput({"holder": "The patient is at no practice now, so the record has nowhere to go."})
    if holder.id == patient.registered_at_id:
        raise InvalidInput({"holder": "This is the practice that waits for the record. Enter who holds it."})
    patient.record_at, patient.record_in_store = holder, False
    patient.save(update_fields=["record_at", "record_in_store"])
    WantedMovement.objects.create(patient=patient, origin=holder, destination=patient.registered_at, wanted_by=event)
