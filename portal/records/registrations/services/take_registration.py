"""Taking in one registration event: whatever its form, once, with its effect, in one transaction (J28)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import connection
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.records.registrations.doing import carry_out, with_patient
from portal.records.registrations.effects import Answered, Decision, decide
from portal.records.registrations.events import REGISTRATION_SETTLED, REGISTRATION_TAKEN
from portal.records.registrations.facts import (
    Situation,
    facts_of,
    fingerprint,
    patient_of,
    practice_of,
    request_of,
    waiting_answers,
)
from portal.records.registrations.incoming import ANSWERS, Patient, Registration
from portal.records.registrations.models import RegistrationEvent, RegistrationImport
from portal.records.registrations.permissions import IMPORT_REGISTRATIONS
from portal.records.registrations.succession import current_number, hold_numbers, with_current_number

_REFUSALS = ("F3", "F11")


@dataclass(frozen=True)
class Taken:
    """What became of an event: its row and its effect, ``already_imported`` when it was here before."""

    event: RegistrationEvent
    effect: str


@service(IMPORT_REGISTRATIONS)
def take_registration(
    actor: Actor, registration: Registration, *, came_with: RegistrationImport | None = None
) -> Taken:
    """Decides the effect of one event and carries it out; the same event again changes nothing and says so.

    Raises InvalidInput, with the sentence for the sender, for an unknown or closed practice, a reference that was
    used for another event, and a number that belongs to somebody with another date of birth.
    """
    with system_scope():  # a patient may be known from any practice
        hold_numbers(alone=registration.kind == "SUPERSEDED")
        said, registration = registration, with_current_number(registration)
        one_at_a_time(_locks(registration))
        mark = fingerprint(said)
        if (earlier := RegistrationEvent.objects.filter(fingerprint=mark).first()) is not None:
            nothing_changed()
            return Taken(earlier, "already_imported")
        _refuse_used_reference(registration)
        situation = _situation(registration)
        decision = decide(registration, facts_of(situation))
        situation = with_patient(situation)
        row = _keep(situation, decision, mark, came_with, said.patient)
        carry_out(situation, decision, row)
        record(REGISTRATION_TAKEN, actor=actor, subject=row, kind=row.kind, effect=row.effect)
        _settle_answers(actor, situation, row)
        return Taken(row, row.effect)


def one_at_a_time(names: list[str]) -> None:
    """Waits for other transactions about the same patient or the same transaction number; always in one order."""
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _locks(registration: Registration) -> list[str]:
    """A request and its answers share a lock, and so do all events about one number."""
    link = "/".join(sorted((registration.sender, registration.recipient)))
    names = [f"registration {link} {registration.reference}"]
    patient = registration.patient
    if patient.nhs_number:
        names.append(f"registered patient {patient.nhs_number}")
    elif patient.old_number:
        names.append(f"registered patient {registration.authority} {patient.old_number}")
    return names


def _refuse_used_reference(registration: Registration) -> None:
    if registration.is_numbered:
        return
    used = RegistrationEvent.objects.filter(
        sender=registration.sender, number=registration.reference, is_numbered=False
    )
    if used.exists():
        raise InvalidInput({None: "The reference was used before for another event. Give each event its own."})


def _situation(registration: Registration) -> Situation:
    sent_at = registration.sent_at or timezone.now()
    practice = practice_of(registration)
    if practice is not None:  # decisions compare ODS codes, whatever code the sender uses
        registration = replace(registration, practice=practice.code)
    request = request_of(registration, practice, sent_at)
    waiting = waiting_answers(registration, practice, sent_at)
    # An F3, F4 or F11 is about the patient of its request; without that it waits, and names nobody yet.
    awaits = registration.kind in ANSWERS and request is None
    return Situation(
        event=registration,
        sent_at=sent_at,
        practice=practice,
        patient=None if awaits else patient_of(registration, request),
        request=request,
        refusal=next((each for each in waiting if each.kind in _REFUSALS), None),
    )


def _keep(
    situation: Situation, decision: Decision, mark: str, came_with: RegistrationImport | None, said: Patient
) -> RegistrationEvent:
    event = situation.event
    return RegistrationEvent.objects.create(
        fingerprint=mark,
        kind=event.kind,
        number=event.reference,
        is_numbered=event.is_numbered,
        sender=event.sender,
        recipient=event.recipient,
        sent_at=situation.sent_at,
        practice=situation.practice,
        patient=situation.patient,
        patient_number=said.nhs_number or said.old_number,
        replaced_by=event.replaced_by,
        authority=event.authority,
        acceptance_type=event.acceptance_type,
        reason=event.reason or event.receipt,
        effective_on=event.effective_on,
        previous_practice=event.previous_practice,
        new_authority=event.new_authority,
        answers=situation.request,
        effect=decision.effect,
        came_with=came_with,
    )


def _settle_answers(actor: Actor, situation: Situation, request: RegistrationEvent) -> None:
    """Decides the answers that had come before this request, now that it is here."""
    for answer in waiting_answers(situation.event, situation.practice, situation.sent_at):
        heard = _as_heard(answer)
        settled = replace(situation, event=heard, sent_at=answer.sent_at, request=request, refusal=None)
        facts = replace(facts_of(settled), answered=Answered(kind=request.kind)) if answer.kind in _REFUSALS else None
        decision = decide(heard, facts or facts_of(settled))
        answer.answers, answer.patient, answer.effect = request, situation.patient, decision.effect
        answer.save(update_fields=["answers", "patient", "effect"])
        carry_out(settled, decision, answer)
        record(REGISTRATION_SETTLED, actor=actor, subject=answer, effect=answer.effect)


def _as_heard(answer: RegistrationEvent) -> Registration:
    """An answer as it was read, as far as a decision asks for it."""
    number, is_nhs_number = answer.patient_number, len(answer.patient_number) == 10 and answer.patient_number.isdigit()
    return Registration(
        kind=answer.kind,
        reference=answer.number,
        position="",
        is_numbered=answer.is_numbered,
        sender=answer.sender,
        recipient=answer.recipient,
        sent_at=answer.sent_at,
        authority=answer.authority,
        practice=answer.practice.code if answer.practice else "",
        patient=Patient(
            nhs_number=current_number(number) if is_nhs_number else "", old_number="" if is_nhs_number else number
        ),
    )
