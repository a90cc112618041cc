"""Writing what was decided: the patient as the registers know them now, and the movement that is wanted.

Part of a service: it needs its transaction and its locks, and leaves the audit event to it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from portal.organisations.api import Organisation
from portal.records.registrations.effects import EFFECTS, STORE, Decision
from portal.records.registrations.facts import ACCEPTANCES, Situation, has_left
from portal.records.registrations.incoming import Registration
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement
from portal.records.registrations.moving import begin, pass_on, undo
from portal.records.registrations.succession import replace_number
from portal.records.turning import follow_patient

# After these the patient is at the practice that took them on.
_NOT_TAKEN_ON = ("refused_before", "older_than_known")


def with_patient(situation: Situation) -> Situation:
    """The situation with its patient; one that an acceptance names for the first time is entered."""
    event = situation.event
    if situation.patient is not None or event.kind not in ACCEPTANCES:
        return situation
    told = event.patient
    patient = RegisteredPatient.objects.create(
        nhs_number=told.nhs_number,
        old_number=told.old_number,
        authority=event.authority if told.old_number else "",
        family_name=told.family_name,
        names=told.names,
        born_on=told.born_on,
        address_lines=list(told.address),
        postcode=told.postcode,
        details_since=situation.sent_at,
    )
    return replace(situation, patient=patient)


def carry_out(situation: Situation, decision: Decision, row: RegistrationEvent) -> None:
    """Does what the decision says, for the event kept as ``row``."""
    patient = situation.patient
    if decision.effect == "number_replaced":
        replace_number(situation.event, patient, row)
    if patient is None:
        return
    ended = _end(decision, row) if decision.ends else None
    if decision.origin:
        places = {
            each.code: each for each in Organisation.objects.filter(code__in=[decision.origin, decision.destination])
        }
        wanted = WantedMovement.objects.create(
            patient=patient,
            origin=None if decision.origin == STORE else places[decision.origin],
            destination=None if decision.destination == STORE else places[decision.destination],
            wanted_by=row,
        )
        if ended is not None and decision.goes_on:
            pass_on(ended, wanted)
        else:
            begin(wanted)
    before = (patient.registered_at_id, patient.has_died)
    _follow(situation, patient, decision)
    patient.save()
    if before != (patient.registered_at_id, patient.has_died):
        follow_patient(patient)


def _end(decision: Decision, row: RegistrationEvent) -> WantedMovement:
    wanted = WantedMovement.objects.get(reference=decision.ends)
    wanted.ended_at, wanted.ended_by = timezone.now(), row
    wanted.save(update_fields=["ended_at", "ended_by"])
    if not decision.goes_on:
        undo(wanted, EFFECTS[row.effect])
    return wanted


def _follow(situation: Situation, patient: RegisteredPatient, decision: Decision) -> None:
    event, sent_at = situation.event, situation.sent_at
    if event.kind in ACCEPTANCES and decision.effect not in _NOT_TAKEN_ON:
        patient.registered_at, patient.registered_since = situation.practice, sent_at
        if decision.effect == "envelope_created":
            patient.record_at = situation.practice
    elif event.kind == "F2" and decision.effect not in _NOT_TAKEN_ON:
        patient.has_died = patient.has_died or event.reason == "1"
        if patient.registered_at == situation.practice:
            patient.registered_at = None
    elif event.kind == "F3" and situation.request is not None:
        _take_back(patient, situation.request)
    elif decision.effect == "number_attached":
        _attach(patient, event)
    elif decision.effect in ("label_changed", "details_changed"):
        _amend(patient, event, sent_at)
    elif decision.effect in ("warned", "warning_removed"):
        patient.may_leave, patient.may_leave_since = decision.effect == "warned", sent_at


def _take_back(patient: RegisteredPatient, request: RegistrationEvent) -> None:
    """The acceptance does not stand: the patient is where the newest other one put them."""
    if patient.registered_at_id != request.practice_id or patient.registered_since != request.sent_at:
        return
    if request.effect == "envelope_created":
        patient.record_at = None
    others = RegistrationEvent.objects.filter(patient=patient, kind__in=ACCEPTANCES).exclude(id=request.id)
    standing = others.exclude(answered_by__kind="F3").exclude(effect__in=_NOT_TAKEN_ON).order_by("-sent_at").first()
    if standing is not None and has_left(patient, standing.practice_id, standing.sent_at):
        standing = None
    patient.registered_at = standing.practice if standing is not None else None
    patient.registered_since = standing.sent_at if standing is not None else None


def _attach(patient: RegisteredPatient, event: Registration) -> None:
    if event.patient.nhs_number:
        patient.nhs_number = event.patient.nhs_number
    else:
        patient.old_number, patient.authority = event.patient.old_number, event.authority


def _amend(patient: RegisteredPatient, event: Registration, sent_at: datetime) -> None:
    told = event.patient
    patient.family_name = told.family_name or patient.family_name
    patient.names = told.names or patient.names
    patient.born_on = told.born_on or patient.born_on
    if told.address:
        patient.address_lines, patient.postcode = list(told.address), told.postcode
    patient.details_since = sent_at
