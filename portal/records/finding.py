"""Finding a patient by a number and a second thing that only somebody with the record or the patient knows (J8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from portal.foundation.errors import InvalidInput
from portal.records.models import PaperRecord
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.nhs_number import WrongNumber, split_number
from portal.records.registrations.succession import current_number, hold_numbers


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """A number as typed (NHS or old style), and the date of birth."""

    number: str
    born_on: date


def find_patient(given: Identifiers) -> RegisteredPatient | None:
    """The patient that both are true of; None for nobody, whichever of the two was wrong.

    A number that was replaced leads to the patient who has its successor. So do the numbers and the date of birth of a
    patient who turned out to be another: they may stand on the envelope for ever. Nobody joins two until this
    transaction ends.
    The caller may see every row (``system_scope``), and must say nothing about what it finds that the actor may not
    know. Raises InvalidInput for a number that no patient can have (R5).
    """
    try:
        nhs_number, old_number = split_number(given.number)
    except WrongNumber:
        raise InvalidInput({"number": "Check the NHS number: its last digit does not fit the others."}) from None
    if not (nhs_number or old_number):
        raise InvalidInput({"number": "Enter the patient's own NHS number. This one stands for no patient."})
    hold_numbers(alone=False)
    found = RegisteredPatient.objects.filter(born_on=given.born_on)
    if nhs_number:
        today = current_number(nhs_number)
        who = _today(found.filter(nhs_number=today))
        return _today(found.filter(nhs_number=nhs_number)) if who is None and today != nhs_number else who
    # A union and not an "or": each half has an index of its own, and an "or" across two tables reads both whole.
    by_the_register = RegisteredPatient.objects.filter(old_number=old_number).values("id")
    by_the_envelope = PaperRecord.objects.filter(old_number=old_number).values("patient_id")
    return _today(found.filter(id__in=by_the_register.union(by_the_envelope)))


def records_of_person(patient: RegisteredPatient) -> QuerySet[PaperRecord]:
    """The patient's record, and those that were theirs under another number: what ended before stays there (ADR 36)."""
    today = patient.merged_into_id or patient.id
    return PaperRecord.objects.filter(Q(patient=today) | Q(patient__merged_into=today))


def was_replaced(number: str) -> bool:
    """Whether another number stands for this one, as typed, today. Never for a number that no patient can have."""
    try:
        nhs_number, _ = split_number(number)
    except WrongNumber:
        return False
    return bool(nhs_number) and current_number(nhs_number) != nhs_number


def _today(found: QuerySet[RegisteredPatient]) -> RegisteredPatient | None:
    """The first of these; for one who turned out to be another, that other.

    All of the few are read: asked for the first by id, PostgreSQL may walk through everybody in that order.
    """
    first = min(found, key=lambda patient: patient.id, default=None)
    return first.merged_into or first if first is not None else None
