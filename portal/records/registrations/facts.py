"""Gathering what is known when an event is decided. Everything here reads; the caller holds the locks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from portal.foundation.errors import InvalidInput
from portal.organisations.api import Organisation
from portal.organisations.models import OrganisationIdentifier
from portal.records.registrations.effects import STORE, WAITING, Answered, Facts, OpenMovement
from portal.records.registrations.incoming import ANSWERS, Registration
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement
from portal.records.registrations.moving import is_looked_for, lock_patient, may_be_ended
from portal.records.registrations.succession import succession_of
from portal.records.turning import follows

ACCEPTANCES = ("G1", "pds-change-of-gp-1")
_DEDUCTIONS = ("F2", "G5")
_AMENDMENTS = ("G2", "F1")
# Transaction numbers begin again after ten million: an answer belongs to a request of the last year only.
_LONGEST_WAIT = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """An event with the rows it is about: whatever is here of its practice, its patient, its request."""

    event: Registration
    sent_at: datetime
    practice: Organisation | None
    patient: RegisteredPatient | None
    request: RegistrationEvent | None = None
    refusal: RegistrationEvent | None = None


def fingerprint(event: Registration) -> str:
    """A hash of everything the event says, wherever it stood."""
    # Left out when empty: events that were taken before there was such a field keep their hash.
    said = {
        name: value for name, value in asdict(event).items() if name != "position" and (name != "replaced_by" or value)
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def practice_of(event: Registration) -> Organisation | None:
    """The GP practice an event names by its ODS code or another code in the directory. Raises InvalidInput."""
    if not event.practice:
        return None
    found = Organisation.objects.filter(code=event.practice, contractor_type="gp").first()
    if found is None:
        others = OrganisationIdentifier.objects.filter(
            value=event.practice, kind="practice_code", organisation__contractor_type="gp"
        )
        codes = list(others.select_related("organisation")[:2])
        found = codes[0].organisation if len(codes) == 1 else None
    if found is None:
        raise InvalidInput(
            {
                None: f"No GP practice in the directory goes by the code {event.practice}. Check the code. "
                f"Where it is a local code, say --practice {event.practice}=ODSCODE."
            }
        )
    if event.kind in ACCEPTANCES and found.status == "closed":
        raise InvalidInput({None: f"The practice {found.code} is closed: it cannot take a patient on."})
    return found


def patient_of(event: Registration, request: RegistrationEvent | None) -> RegisteredPatient | None:
    """The patient an event is about, locked with what moves; None for nobody. Raises InvalidInput for a mix-up."""
    found = None
    known = RegisteredPatient.objects.all()
    if request is not None:
        found = known.filter(id=request.patient_id).first()
    elif event.patient.nhs_number:
        found = known.filter(nhs_number=event.patient.nhs_number).first()
    elif event.patient.old_number:
        found = known.filter(old_number=event.patient.old_number, authority=event.authority).first()
    elif event.kind in ACCEPTANCES and event.patient.born_on:
        found = known.filter(
            nhs_number="",
            old_number="",
            family_name=event.patient.family_name,
            names=event.patient.names,
            born_on=event.patient.born_on,
            postcode=event.patient.postcode,
        ).first()
    if found is not None:  # an old number, or a request of before two were joined, leads to the one who stays
        found = lock_patient(found.merged_into_id or found.id)
    if found is not None and event.kind not in _AMENDMENTS and _is_somebody_else(found, event):
        raise InvalidInput(
            {None: "The number belongs to a patient with another date of birth here. Compare the two with the sender."}
        )
    return found


def request_of(event: Registration, practice: Organisation | None, sent_at: datetime) -> RegistrationEvent | None:
    """The newest request that this F3, F4 or F11 can answer."""
    if event.kind not in ANSWERS:
        return None
    found = RegistrationEvent.objects.filter(
        kind__in=ANSWERS[event.kind],
        sender=event.recipient,
        recipient=event.sender,
        number=event.reference,
        practice=practice,
        sent_at__range=(sent_at - _LONGEST_WAIT, sent_at),
    )
    return found.order_by("-sent_at", "-id").first()


def waiting_answers(event: Registration, practice: Organisation | None, sent_at: datetime) -> list[RegistrationEvent]:
    """The answers that came before this request, the oldest first, locked."""
    kinds = [kind for kind, requests in ANSWERS.items() if event.kind in requests]
    if not kinds or not event.is_numbered:
        return []
    found = RegistrationEvent.objects.select_for_update(of=("self",)).filter(
        effect=WAITING[0],
        kind__in=kinds,
        sender=event.recipient,
        recipient=event.sender,
        number=event.reference,
        practice=practice,
        sent_at__range=(sent_at, sent_at + _LONGEST_WAIT),
    )
    return list(found.order_by("sent_at", "id"))


def open_movement(patient: RegisteredPatient | None) -> WantedMovement | None:
    """The movement that stands for a patient, who was locked with it (``lock_patient``)."""
    if patient is None:
        return None
    standing = WantedMovement.objects.select_for_update(of=("self",)).filter(patient=patient, ended_at=None)
    return standing.select_related("origin", "destination").first()


def facts_of(situation: Situation) -> Facts:
    """What ``decide`` wants to know."""
    event, patient, request = situation.event, situation.patient, situation.request
    movement = open_movement(patient)
    return Facts(
        is_known=patient is not None,
        holder=_holder(patient),
        movement=_as_open(movement),
        registered_at=_code(patient.registered_at) if patient is not None else "",
        newer=patient is not None and _is_outdated(situation, patient),
        answered=_answered(request, movement),
        refused=situation.refusal is not None,
        number_is_taken=_is_taken(event, patient),
        follows=event.kind in ACCEPTANCES and patient is not None and follows(patient),
        succession=succession_of(event, patient) if event.kind == "SUPERSEDED" else Facts.succession,
    )


def has_left(patient: RegisteredPatient, practice_id: int | None, since: datetime | None) -> bool:
    """Whether a deduction after ``since`` ended the patient's registration there. False where neither is known."""
    if practice_id is None or since is None:
        return False
    later = RegistrationEvent.objects.filter(patient=patient, kind="F2", practice=practice_id, sent_at__gt=since)
    return later.exists()


def _holder(patient: RegisteredPatient | None) -> str:
    if patient is None:
        return ""
    return STORE if patient.record_in_store else _code(patient.record_at)


def _as_open(movement: WantedMovement | None) -> OpenMovement | None:
    if movement is None:
        return None
    return OpenMovement(
        reference=movement.reference,
        origin=_code(movement.origin) or STORE,
        destination=_code(movement.destination) or STORE,
        may_be_ended=may_be_ended(movement),
        is_looked_for=is_looked_for(movement),
    )


def _answered(request: RegistrationEvent | None, movement: WantedMovement | None) -> Answered | None:
    if request is None:
        return None
    is_its_own = movement is not None and movement.wanted_by_id == request.id
    return Answered(
        kind=request.kind,
        movement=_as_open(movement) if is_its_own else None,
        had_moved=WantedMovement.objects.filter(wanted_by=request, ended_by=None).exists(),
    )


def _is_outdated(situation: Situation, patient: RegisteredPatient) -> bool:
    kind, sent_at = situation.event.kind, situation.sent_at
    if kind in ACCEPTANCES:
        return _is_after(patient.registered_since, sent_at)
    if kind in _DEDUCTIONS:  # the patient came back to the practice after this was sent
        return patient.registered_at == situation.practice and _is_after(patient.registered_since, sent_at)
    if kind in _AMENDMENTS:
        return _is_after(patient.details_since, sent_at)
    return kind in ("F9", "F10") and _is_after(patient.may_leave_since, sent_at)


def _is_after(known: datetime | None, sent_at: datetime) -> bool:
    return known is not None and known > sent_at


def _is_taken(event: Registration, patient: RegisteredPatient | None) -> bool:
    if event.kind != "F4" or not event.patient.is_numbered or patient is None:
        return False
    same = Q(nhs_number=event.patient.nhs_number)
    if event.patient.old_number:
        same = Q(old_number=event.patient.old_number, authority=event.authority)
    return RegisteredPatient.objects.filter(same).exclude(id=patient.id).exists()


def _is_somebody_else(patient: RegisteredPatient, event: Registration) -> bool:
    born_on = event.patient.born_on
    return born_on is not None and patient.born_on is not None and born_on != patient.born_on


def _code(organisation: Organisation | None) -> str:
    return organisation.code if organisation is not None else ""
