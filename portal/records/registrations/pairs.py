"""The two patients behind a question about them: who they are today, and whether they may be one (J26)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.errors import Conflict
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent
from portal.records.registrations.nhs_number import WrongNumber, split_number
from portal.records.registrations.succession import current_number

# Two people may answer these with "they are one".
JOINABLE = ("patients_to_join", "number_in_use")
# These are about two patients, who are compared side by side.
ABOUT_TWO = (*JOINABLE, "number_contradicts")


@dataclass(frozen=True)
class Pair:
    """``new`` stays: the one with the number that stands. ``old`` has one that was replaced, or none at all.

    ``newest_counts`` says that the newer registration is that of the person: the message that asks was about it. Where
    a number was replaced, the registration under the new one counts, however old it is.
    """

    old: RegisteredPatient
    new: RegisteredPatient
    newest_counts: bool = False

    @property
    def birth_dates_differ(self) -> bool:
        """Whether both have a date of birth, and not the same."""
        return None not in (self.old.born_on, self.new.born_on) and self.old.born_on != self.new.born_on

    @property
    def registered(self) -> RegisteredPatient:
        """Whose registration is that of the person, if any."""
        old, new = self.old, self.new
        if old.registered_at_id is None or new.registered_at_id is None:
            return new if old.registered_at_id is None else old
        is_newer = None not in (old.registered_since, new.registered_since) and (
            old.registered_since > new.registered_since  # type: ignore[operator]
        )
        return old if self.newest_counts and is_newer else new


def pair_of(question: RegistrationEvent) -> Pair:
    """Who the two are today. Raises Conflict, with what to do, when they cannot be joined (any more)."""
    if question.effect == "number_in_use":
        return _about_one_number(question)
    return _about_two_numbers(question)


def pair_shown(question: RegistrationEvent) -> Pair | None:
    """As ``pair_of``, for a look: also two who cannot be joined; None when they are not two."""
    newer = question.replaced_by or question.patient_number
    old = _who_has(question, question.patient_number) if question.effect == "number_contradicts" else question.patient
    new = _who_has(question, newer)
    if old is None or new is None or old.merged_into_id is not None or old.id == new.id:
        return None
    return Pair(old, new, newest_counts=question.effect == "number_in_use")


def is_answered(question: RegistrationEvent) -> bool:
    """Whether the two that it asks about are one patient by now; ``patient`` is who stays."""
    new = _who_has(question, question.replaced_by or question.patient_number)
    return new is not None and question.patient_id == new.id


def _about_two_numbers(question: RegistrationEvent) -> Pair:
    old = question.patient
    if question.effect not in JOINABLE or old is None:
        raise Conflict(
            "This message does not fit what is known, so nobody is joined because of it. Ask the sender which number"
            " stands now. What was wrong comes right with a new message."
        )
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


def _about_one_number(question: RegistrationEvent) -> Pair:
    """A message brings a number for a patient, and another has it. Who has an NHS number stays."""
    asked, has = question.patient, _who_has(question, question.patient_number)
    if asked is None or has is None:
        raise Conflict("Nobody else has this number any more. Close the question, and ask for the message once more.")
    if asked.merged_into_id is not None or asked.id == has.id:
        raise Conflict("The two are one patient here already. There is nothing left to decide.")
    if asked.nhs_number and has.nhs_number:
        raise Conflict(
            "Each has an NHS number of their own, so only the registers can say that they are one. Ask the sender"
            " whether one number replaced the other: that comes as a message of its own."
        )
    old, new = (has, asked) if asked.nhs_number else (asked, has)
    return Pair(old, new, newest_counts=True)


def _who_has(question: RegistrationEvent, number: str) -> RegisteredPatient | None:
    """The patient who has this number today: an NHS number, or an old-style one of the sender's authority."""
    try:
        nhs_number, old_number = split_number(number)
    except WrongNumber:
        return None
    if nhs_number:
        found = RegisteredPatient.objects.filter(nhs_number=current_number(nhs_number))
    elif old_number:
        found = RegisteredPatient.objects.filter(old_number=old_number, authority=question.authority)
    else:
        return None
    first: RegisteredPatient | None = found.select_related("registered_at", "merged_into__registered_at").first()
    return (first.merged_into or first) if first is not None else None
