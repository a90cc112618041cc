"""The two patients behind a question whether they are one (J26)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.errors import Conflict
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent
from portal.records.registrations.succession import current_number

JOINABLE = "patients_to_join"


@dataclass(frozen=True)
class Pair:
    """``old`` has the number that was replaced, ``new`` the one that stands."""

    old: RegisteredPatient
    new: RegisteredPatient

    @property
    def birth_dates_differ(self) -> bool:
        """Whether both have a date of birth, and not the same."""
        return None not in (self.old.born_on, self.new.born_on) and self.old.born_on != self.new.born_on


def pair_of(question: RegistrationEvent) -> Pair:
    """Who the two are today. Raises Conflict, with what to do, when they cannot be joined (any more)."""
    old = question.patient
    if question.effect != JOINABLE or old is None:
        raise Conflict("This event does not say that two patients are one.")
    if not question.replaced_by:
        raise Conflict(
            "This message came before the portal kept which number is the new one. Ask the sender to send it again,"
            " with a new reference."
        )
    new = RegisteredPatient.objects.filter(nhs_number=current_number(question.replaced_by)).first()
    if old.merged_into_id is not None or (new is not None and new.id == old.id):
        raise Conflict("The two are one patient here already. There is nothing left to decide.")
    if new is None or new.merged_into_id is not None or old.nhs_number != question.patient_number:
        raise Conflict("One of the two has had another number since. Ask the sender which number stands now.")
    if current_number(old.nhs_number) not in (old.nhs_number, new.nhs_number):
        raise Conflict("Another message says that the old number became a third one. Ask the sender which is right.")
    return Pair(old, new)
