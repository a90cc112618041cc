"""Finding a patient by a number and a second thing that only somebody with the record or the patient knows (J8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from portal.foundation.errors import InvalidInput
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.nhs_number import WrongNumber, split_number


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """A number as typed (NHS or old style), and the date of birth."""

    number: str
    born_on: date


def find_patient(given: Identifiers) -> RegisteredPatient | None:
    """The patient that both are true of; None for nobody, whichever of the two was wrong.

    The caller may see every row (``system_scope``), and must say nothing about what it finds that the actor may not
    know. Raises InvalidInput for a number that no patient can have (R5).
    """
    try:
        nhs_number, old_number = split_number(given.number)
    except WrongNumber:
        raise InvalidInput({"number": "Check the NHS number: its last digit does not fit the others."}) from None
    if not (nhs_number or old_number):
        raise InvalidInput({"number": "Enter the patient's own NHS number. This one stands for no patient."})
    wanted = (
        Q(nhs_number=nhs_number) if nhs_number else Q(old_number=old_number) | Q(paper_record__old_number=old_number)
    )
    return RegisteredPatient.objects.filter(wanted, born_on=given.born_on).order_by("id").first()
