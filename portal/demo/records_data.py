"""Sample records: a few on their way to and from the demonstration's practices, in every state a visitor should see.

Every patient is invented; the numbers are of the range 999, which no patient has.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from portal.demo.earlier import happening_at, working_days_ago
from portal.foundation.access import Actor, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit.access_log import looked
from portal.organisations.models import Organisation
from portal.records.models import Holder, Label, Movement, PaperRecord
from portal.records.permissions import MOVE_RECORDS, SCAN_RECORDS, START_MOVEMENTS, WORK_RECORDS
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.nhs_number import check_digit
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.services.enter_record import EnterRecord, enter_record
from portal.records.services.judge_collections import judge_everything
from portal.records.services.plan_collections import plan_everything
from portal.records.services.prepare_movement import add_bag, make_labels, mark_ready
from portal.records.services.set_collection_day import SetCollectionDay, set_collection_day
from portal.records.services.settle_movement import mark_missing
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.services.take_scans import Scanned, take_scans

ELM, HARBOUR = "Z99001", "Z99002"
# Family name, names, born, from, to, working days ago, and how far it has come.
_PEOPLE = (
    ("ADEYEMI", "FOLA", date(1984, 3, 2), HARBOUR, ELM, 12, "delivered"),
    ("BENNETT", "JOAN", date(1948, 11, 30), HARBOUR, ELM, 6, "collected"),
    ("CHOWDHURY", "RAFI", date(2011, 6, 14), HARBOUR, ELM, 4, "ready"),
    ("DAVIES", "MEGAN", date(1972, 1, 9), "STORE", ELM, 9, "hub_in"),
    ("EKWUEME", "ADA", date(1990, 8, 21), HARBOUR, ELM, 30, "received"),
    ("FLYNN", "PATRICK", date(1955, 4, 4), ELM, HARBOUR, 2, "requested"),
    ("GREEN", "SUSAN", date(1967, 12, 17), ELM, HARBOUR, 3, "labelled"),
    ("HUSSAIN", "YUSUF", date(1979, 9, 9), ELM, "STORE", 1, "requested"),
    ("IVANOVA", "ELENA", date(1996, 2, 28), ELM, HARBOUR, 26, "wrong_place"),
    ("JONES", "GWEN", date(1963, 7, 7), ELM, HARBOUR, 24, "missing"),
)
_WAY = ("collected", "hub_in", "hub_out", "delivered", "received")


def load() -> None:
    """Makes them once; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if PaperRecord.objects.exists():
            return
        for number, (family_name, names, born_on, origin, destination, days, how_far) in enumerate(_PEOPLE, start=1):
            patient = _patient(number, family_name, names, born_on)
            _travel(patient, _place(origin), _place(destination), days, how_far)
        follow_searches()
        _look_at_some()
        _plan_collections()


# Whose record, who looked, for whom ('' for the operator), why, working days ago, and when.
_LOOKS = (
    ("ADEYEMI", "Omar Said", HARBOUR, "move_record", 11, time(11, 40)),
    ("BENNETT", "Rita Lowe", "", "keep_record", 4, time(14, 5)),
    ("DAVIES", "Rita Lowe", "", "keep_record", 3, time(9, 50)),
    ("DAVIES", "Omar Said", HARBOUR, "find_record", 2, time(21, 55)),
    ("GREEN", "Kofi Mensah", ELM, "move_record", 1, time(10, 30)),
)


def _look_at_some() -> None:
    """Some looks for the Main Contact to read: one of them late in the evening, and not from the practice."""
    for family_name, name, code, purpose, days, clock in _LOOKS:
        organisation = Organisation.objects.get(code=code) if code else None
        someone = Actor(
            name=name,
            audience="contractor" if organisation else "staff",
            organisation_id=organisation.id if organisation else None,
        )
        patient = RegisteredPatient.objects.get(family_name=family_name)
        with happening_at(working_days_ago(days, clock)):
            looked(someone, [patient.reference], purpose=purpose, page="demo")


def _actor() -> Actor:
    return system_actor("The registers", MOVE_RECORDS, SCAN_RECORDS, START_MOVEMENTS, WORK_RECORDS)


def _place(code: str) -> Holder:
    return own_place("store") if code == "STORE" else holder_of(Organisation.objects.get(code=code))


def _patient(number: int, family_name: str, names: str, born_on: date) -> RegisteredPatient:
    stem = 999_000_100 + number * 7
    while (digit := check_digit(str(stem))) is None:
        stem += 1
    return RegisteredPatient.objects.create(
        nhs_number=f"{stem}{digit}", family_name=family_name, names=names, born_on=born_on
    )


def _travel(patient: RegisteredPatient, origin: Holder, destination: Holder, days: int, how_far: str) -> None:
    began = working_days_ago(days, time(9, 20))
    with happening_at(began):
        how = "Entered for the demonstration"
        record = enter_record(_actor(), EnterRecord(patient=patient, holder=origin, how=how))
        reason = "returning" if origin.kind == "store" else "left" if destination.kind == "store" else "registration"
        movement = start_movement(
            _actor(), StartMovement(record=record, origin=origin, destination=destination, reason=reason)
        )
    if destination.organisation is not None:
        patient.registered_at = destination.organisation
        patient.save(update_fields=["registered_at"])
    if how_far == "requested":
        return
    with happening_at(began + timedelta(hours=3)):
        if how_far == "wrong_place":
            add_bag(_actor(), movement.reference)
        labels = make_labels(_actor(), movement.reference)
        if how_far != "labelled":
            mark_ready(_actor(), movement.reference)
    _scan_on(movement, labels, began, how_far)


def _scan_on(movement: Movement, labels: list[Label], began: datetime, how_far: str) -> None:
    """The scans of its way, a day apart; ``wrong_place`` leaves one bag of two with a practice that it is not for."""
    if how_far == "wrong_place":
        for label in labels:
            _scan(label, "collected", movement.origin, began + timedelta(days=1))
        _scan(labels[0], "delivered", movement.destination, began + timedelta(days=3))
        _scan(labels[1], "delivered", _place(ELM), began + timedelta(days=3))
        return
    if how_far == "missing":
        for label in labels:
            _scan(label, "collected", movement.origin, began + timedelta(days=1))
        with happening_at(began + timedelta(days=18)):
            mark_missing(_actor(), movement.reference, 1, "Not found in five working days")
        return
    for day, step in enumerate(_WAY[: _WAY.index(how_far) + 1] if how_far in _WAY else (), start=1):
        places = {"collected": movement.origin, "delivered": movement.destination, "received": movement.destination}
        for label in labels:
            _scan(label, step, places.get(step, own_place("hub")), began + timedelta(days=day))


def _scan(label: Label, kind: str, place: Holder, at: datetime) -> None:
    with happening_at(at):
        take_scans(
            _actor(), [Scanned(key=f"sample-{label.code}-{kind}", kind=kind, code=label.code, place=place, at=at)]
        )


# Practice, weekday (0 is Monday) and hours.
_COURIER_DAYS = ((ELM, 2, time(9), time(13)), (ELM, 4, time(9), time(13)), (HARBOUR, 1, time(12), time(17)))


def _plan_collections() -> None:
    """The courier's days, and the visits of the last two weeks as the scans tell them; one was reported as missed."""
    actor = system_actor("Rita Lowe", WORK_RECORDS)
    for code, weekday, opens, closes in _COURIER_DAYS:
        with happening_at(working_days_ago(20, time(10))):
            first_on = timezone.localdate()
            set_collection_day(
                actor, SetCollectionDay(code=code, weekday=weekday, opens=opens, closes=closes, first_on=first_on)
            )
    plan_everything()
    judge_everything()
