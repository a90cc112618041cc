"""Finding a patient by a number and a date of birth (J8)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.records.finding import Identifiers, find_patient
from portal.records.models import PaperRecord
from portal.records.registrations.models import RegisteredPatient
from portal.records.simulation.england import numbers_of_nobody
from portal.records.tests.factories import a_patient, a_practice, a_record

pytestmark = pytest.mark.django_db
BORN = date(1961, 5, 17)


def _find(number: str, born_on: date = BORN) -> object:
    return find_patient(Identifiers(number=number, born_on=born_on))


def test_an_old_number_is_found_by_the_register_and_by_the_envelope() -> None:
    registered = a_patient(old_number="T247/3", authority="LNA", born_on=BORN)
    labelled = a_patient(born_on=BORN)
    PaperRecord.objects.filter(id=a_record(a_practice(), patient=labelled).id).update(old_number="N/10/10")
    assert _find("t247/3") == registered
    assert _find("N/10/10") == labelled
    assert _find(labelled.nhs_number) == labelled


def test_with_another_date_of_birth_nobody_is_found() -> None:
    patient = a_patient(old_number="T247/3", authority="LNA", born_on=BORN)
    assert _find("T247/3", date(1961, 5, 18)) is None
    assert _find(patient.nhs_number, date(1961, 5, 18)) is None


@pytest.mark.parametrize(
    ("number", "indexes"),
    [
        ("9990000018", {"registered_once_by_nhs_number"}),
        ("T247/3", {"registered_by_old_number", "record_by_old_number"}),
    ],
)
def test_whatever_the_number_indexes_lead_to_it(number: str, indexes: set[str]) -> None:
    """With six million patients the old way, an "or" across two tables, took seconds (docs/benchmarks.md)."""
    _enough_to_need_an_index()
    with CaptureQueriesContext(connection) as captured:
        _find(number)
    with connection.cursor() as cursor:
        cursor.execute("explain " + captured[-1]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on registrations_registeredpatient" not in plan
    assert "Seq Scan on records_paperrecord" not in plan
    assert all(index in plan for index in indexes), plan


def _enough_to_need_an_index() -> None:
    """Patients and records enough that reading all of them costs more than any index; PostgreSQL is told."""
    numbers = islice(numbers_of_nobody(500_000), 3_000)
    patients = RegisteredPatient.objects.bulk_create(
        RegisteredPatient(
            nhs_number=number,
            old_number=f"A/{place}/1",
            family_name="SOMEBODYTEST",
            names="ELSE",
            born_on=BORN + timedelta(days=place),
        )
        for place, number in enumerate(numbers)
    )
    PaperRecord.objects.bulk_create(PaperRecord(patient=each, old_number=f"B/{each.pk}/1") for each in patients)
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {RegisteredPatient._meta.db_table}, {PaperRecord._meta.db_table}")
