"""Finding a patient by a number and a second thing that only somebody with the record or the patient knows (J8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.foundation.errors import InvalidInput
from portal.records.models import PaperRecord
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.nhs_number import WrongNumber, split_number
from portal.records.registrations.succession import current_number


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """A number as typed (NHS or old style), and the date of birth."""

    number: str
    born_on: date


def find_patient(given: Identifiers) -> RegisteredPatient | None:
    """The patient that both are true of; None for nobody, whichever of the two was wrong.

    A number that was replaced leads to the patient who has its successor.
    The caller may see every row (``system_scope``), and must say nothing about what it finds that the actor may not
    know. Raises InvalidInput for a number that no patient can have (R5).
    """
    try:
        nhs_number, old_number = split_number(given.number)
    except WrongNumber:
        raise InvalidInput({"number": "Check the NHS number: its last digit does not fit the others."}) from None
    if not (nhs_number or old_number):
        raise InvalidInput({"number": "Enter the patient's own NHS number. This one stands for no patient."})
    found = RegisteredPatient.objects.filter(born_on=given.born_on)
    if nhs_number:
        return found.filter(nhs_number=current_number(nhs_number)).order_by("id").first()
    # A union and not an "or": each half has an index of its own, and an "or" across two tables reads both whole.
    by_the_register = RegisteredPatient.objects.filter(old_number=old_number).values("id")
    by_the_envelope = PaperRecord.objects.filter(old_number=old_number).values("patient_id")
    return found.filter(id__in=by_the_register.union(by_the_envelope)).order_by("id").first()
