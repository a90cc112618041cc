"""Sample patients who are said to be one: a Data Manager has compared two of them, and an Approver decides; for two
others a practice was told a number that one of them has, and nobody has compared them yet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from django.db import transaction

from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.supplies_data import actor_of
from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation
from portal.records.models import Holder
from portal.records.permissions import WORK_RECORDS
from portal.records.places import holder_of, own_place
from portal.records.registrations.incoming import Patient, Registration
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent
from portal.records.registrations.nhs_number import check_digit
from portal.records.registrations.permissions import IMPORT_REGISTRATIONS
from portal.records.registrations.services.propose_joining import ProposeJoining, propose_joining
from portal.records.registrations.services.take_registration import take_registration
from portal.records.services.enter_record import EnterRecord, enter_record

ELM, HARBOUR = "Z99001", "Z99002"
_BORN = date(1958, 5, 19)


def load() -> None:
    """Makes them once; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if RegistrationEvent.objects.filter(effect="patients_to_join").exists():
            return
        with happening_at(working_days_ago(9, time(9, 15))):
            old = _patient(91, "KATHLEEN", HARBOUR, own_place("store"))
            new = _patient(92, "KATHLEEN MARY", ELM, holder_of(Organisation.objects.get(code=ELM)))
        with happening_at(working_days_ago(3, time(6, 30))):
            registers = system_actor("The registers", IMPORT_REGISTRATIONS)
            told = take_registration(registers, _replaced(old.nhs_number, new.nhs_number))
        with happening_at(working_days_ago(1, time(14, 10))):
            reason = (
                "The sender confirmed by telephone that both numbers are hers. She was registered as a visitor first."
            )
            propose_joining(actor_of("dan"), ProposeJoining(question=told.event.reference, reason=reason))
        with happening_at(working_days_ago(8, time(10, 40))):
            known = _patient(93, "OWEN", ELM, holder_of(Organisation.objects.get(code=ELM)))
        with happening_at(working_days_ago(2, time(7, 15))):
            for each in _number_in_use(known.nhs_number):
                take_registration(registers, each)


def _patient(number: int, names: str, code: str, holder: Holder) -> RegisteredPatient:
    """An invented patient with a record, and a number of the range that no patient has."""
    stem = 999_000_100 + number * 7
    while (digit := check_digit(str(stem))) is None:
        stem += 1
    patient = RegisteredPatient.objects.create(
        nhs_number=f"{stem}{digit}",
        family_name="LARKIN",
        names=names,
        born_on=_BORN,
        registered_at=Organisation.objects.get(code=code),
        record_at=holder.organisation,
        record_in_store=holder.kind == "store",
    )
    keeper = system_actor("The registers", WORK_RECORDS)
    enter_record(keeper, EnterRecord(patient=patient, holder=holder, how="Entered for the demonstration"))
    return patient


def _number_in_use(number: str) -> list[Registration]:
    """A practice takes somebody on without a number; the approval brings one that is another patient's here."""
    practice, authority = "The sample practice", "The sample register"
    taken = Registration(
        kind="G1",
        reference="93",
        position="sample",
        is_numbered=True,
        sender=practice,
        recipient=authority,
        practice=HARBOUR,
        acceptance_type="2",
        patient=Patient(family_name="LARKIN", names="OWEN", born_on=_BORN),
    )
    approved = replace(
        taken, kind="F4", sender=authority, recipient=practice, acceptance_type="", patient=Patient(nhs_number=number)
    )
    return [taken, approved]


def _replaced(old: str, new: str) -> Registration:
    return Registration(
        kind="SUPERSEDED",
        reference="SAMPLE-91",
        position="sample",
        sender="The sample register",
        patient=Patient(nhs_number=old, born_on=_BORN),
        replaced_by=new,
    )
