"""Sample records in the store: two shelves, boxes with a few bags, and one that is wanted again."""

from __future__ import annotations

from datetime import date, time

from django.db import transaction

from portal.demo.earlier import happening_at, working_days_ago
from portal.demo.records_data import ELM
from portal.foundation.access import Actor, system_actor
from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation
from portal.records.models import Building, PaperRecord
from portal.records.permissions import SCAN_RECORDS, START_MOVEMENTS, WORK_RECORDS
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.nhs_number import check_digit
from portal.records.services.enter_record import EnterRecord, enter_record
from portal.records.services.keep_store import AddBoxes, add_boxes, add_building, add_shelf
from portal.records.services.shelve_bags import shelve_bags
from portal.records.services.start_movement import StartMovement, start_movement

_SHELVES = (("A-01", "N-0001", 4, 6), ("A-02", "N-0005", 4, 40))  # code, first box, boxes, bags of each
# Family name, names, born, working days ago, box ('' for one that is not shelved yet).
_STORED = (
    ("JOHNSON", "ADA", date(1931, 2, 3), 40, "N-0001"),
    ("KHAN", "SAMIR", date(1926, 7, 19), 38, "N-0001"),
    ("LINDQVIST", "EVA", date(1944, 10, 8), 35, "N-0001"),
    ("MORRIS", "DEREK", date(1958, 1, 30), 33, "N-0002"),
    ("NOVAK", "PETRA", date(1969, 5, 12), 21, "N-0005"),
    ("OKAFOR", "CHIDI", date(1977, 12, 1), 5, ""),
)
_WANTED = "MORRIS"  # registered again


def load() -> None:
    """Builds the store and fills some of it, once; leaves alone whatever is there."""
    with system_scope(), transaction.atomic():
        if not Building.objects.exists():
            _build()
            _fill()


def _actor() -> Actor:
    return system_actor("Rita Lowe", SCAN_RECORDS, START_MOVEMENTS, WORK_RECORDS)


def _build() -> None:
    with happening_at(working_days_ago(60, time(8, 30))):
        add_building(_actor(), "NORTH", "North hall")
        for shelf, first, boxes, capacity in _SHELVES:
            add_shelf(_actor(), "NORTH", shelf)
            add_boxes(_actor(), AddBoxes(building="NORTH", shelf=shelf, first=first, number=boxes, capacity=capacity))


def _fill() -> None:
    for number, (family_name, names, born_on, days, box) in enumerate(_STORED, start=40):
        with happening_at(working_days_ago(days, time(11, 15))):
            patient = _patient(number, family_name, names, born_on)
            how = "Entered for the demonstration"
            record = enter_record(_actor(), EnterRecord(patient=patient, holder=own_place("store"), how=how))
            if box:
                shelve_bags(_actor(), box, [record.reference])
    _want(PaperRecord.objects.get(patient__family_name=_WANTED))


def _patient(number: int, family_name: str, names: str, born_on: date) -> RegisteredPatient:
    """An invented patient, with a number of the range that no patient has."""
    stem = 999_000_100 + number * 7
    while (digit := check_digit(str(stem))) is None:
        stem += 1
    return RegisteredPatient.objects.create(
        nhs_number=f"{stem}{digit}", family_name=family_name, names=names, born_on=born_on
    )


def _want(record: PaperRecord) -> None:
    with happening_at(working_days_ago(1, time(16, 20))):
        home = holder_of(Organisation.objects.get(code=ELM))
        record.patient.registered_at = home.organisation
        record.patient.save(update_fields=["registered_at"])
        start_movement(
            _actor(), StartMovement(record=record, origin=own_place("store"), destination=home, reason="returning")
        )
