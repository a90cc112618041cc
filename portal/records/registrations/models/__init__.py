"""Registration events, the imports they came with, the patients they are about, and the movements they call for."""

from portal.records.registrations.models.imports import RegistrationImport, RejectedTransaction
from portal.records.registrations.models.joining import PatientJoining
from portal.records.registrations.models.patient import RegisteredPatient
from portal.records.registrations.models.registration_event import RegistrationEvent
from portal.records.registrations.models.superseded_number import SupersededNumber
from portal.records.registrations.models.wanted_movement import WantedMovement

__all__ = [
    "PatientJoining",
    "RegisteredPatient",
    "RegistrationEvent",
    "RegistrationImport",
    "RejectedTransaction",
    "SupersededNumber",
    "WantedMovement",
]
