"""The hand-over to whoever moves records: a wanted movement is carried out, and ends.

Parts of a service of records: they need its transaction, and leave the audit event to it.
"""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.errors import Conflict
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement


def movement_began(wanted_reference: str, movement_reference: str) -> WantedMovement:
    """Notes the movement that carries out what was wanted.

    Raises Conflict when it is no longer wanted.
    """
    wanted = _standing(wanted_reference)
    wanted.movement_reference = movement_reference
    wanted.save(update_fields=["movement_reference"])
    return wanted


def movement_arrived(wanted_reference: str) -> WantedMovement | None:
    """The record is at its destination. Returns the next movement, when its patient has registered elsewhere since.

    This is how a record that came to the store after its patient had registered again leaves at once (J26). Raises
    Conflict when the movement is no longer wanted.
    """
    wanted = _standing(wanted_reference)
    wanted.ended_at = timezone.now()
    wanted.save(update_fields=["ended_at"])
    patient = RegisteredPatient.objects.select_for_update().get(id=wanted.patient_id)
    patient.record_at, patient.record_in_store = wanted.destination, wanted.destination is None
    patient.save(update_fields=["record_at", "record_in_store"])
    home = patient.registered_at
    if home is None or home == wanted.destination or patient.has_died:
        return None
    waiting = RegistrationEvent.objects.select_for_update(of=("self",)).filter(
        patient=patient, effect="follows_on_arrival", practice=home
    )
    event = waiting.order_by("-sent_at").first() or wanted.wanted_by
    if event.effect == "follows_on_arrival":
        event.effect = "movement_started"
        event.save(update_fields=["effect"])
    return WantedMovement.objects.create(patient=patient, origin=wanted.destination, destination=home, wanted_by=event)


def movement_given_up(wanted_reference: str) -> None:
    """The operator ended the movement before the record left. Raises Conflict when it is no longer wanted."""
    wanted = _standing(wanted_reference)
    wanted.ended_at = timezone.now()
    wanted.save(update_fields=["ended_at"])


def _standing(reference: str) -> WantedMovement:
    standing = WantedMovement.objects.select_for_update(of=("self",)).filter(ended_at=None)
    found: WantedMovement | None = standing.filter(reference=reference).first()
    if found is None:
        raise Conflict("The movement is no longer wanted: a later message ended it.")
    return found
