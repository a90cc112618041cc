"""A number that another replaced leads to it, whatever the order; what does not fit changes nothing."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.foundation.access.row_security import system_scope
from portal.records.finding import Identifiers, find_patient
from portal.records.registrations.effects import NEEDS_PERSON
from portal.records.registrations.facts import fingerprint
from portal.records.registrations.incoming import Registration
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, SupersededNumber
from portal.records.registrations.succession import current_number
from portal.records.registrations.tests.factories import HERE, practices, take, the_patient
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER, read

pytestmark = pytest.mark.django_db
BORN = date(1946, 7, 23)
THIRD = "9434765919"
HEAD = "kind,reference,practice,nhs_number,replaced_by,family_name,born_on,acceptance_type,sent_at\n"


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def joined(number: str, reference: str = "A-1", day: str = "01", born: str = "1946-07-23") -> bytes:
    """An acceptance of the patient with this number."""
    return f"{HEAD}G1,{reference},{HERE},{number},,ASQUITH,{born},1,202601{day}1000\n".encode()


def replaced(old: str, new: str, reference: str = "S-1", born: str = "") -> bytes:
    """A message that one number replaced another."""
    return f"{HEAD}SUPERSEDED,{reference},,{old},{new},,{born},,202601031000\n".encode()


def found(number: str) -> RegisteredPatient | None:
    """Whom a search by number and date of birth finds."""
    return find_patient(Identifiers(number=number, born_on=BORN))


def test_the_patient_gets_the_new_number_and_is_found_by_the_old() -> None:
    take(joined(NUMBER))
    assert take(replaced(NUMBER, OTHER_NUMBER)) == ["number_replaced"]
    assert the_patient().nhs_number == OTHER_NUMBER
    assert found(NUMBER) == found(OTHER_NUMBER) == the_patient()
    assert find_patient(Identifiers(number=NUMBER, born_on=date(1950, 1, 1))) is None


def test_every_order_ends_the_same() -> None:
    files = [joined(NUMBER), replaced(NUMBER, OTHER_NUMBER), replaced(OTHER_NUMBER, THIRD, "S-2")]
    for order in itertools.permutations(files):
        with transaction.atomic():
            for content in order:
                take(content)
            assert [take(content) for content in order] == [["already_imported"]] * 3
            assert the_patient().nhs_number == THIRD == current_number(NUMBER)
            assert found(NUMBER) == found(OTHER_NUMBER) == the_patient()
            transaction.set_rollback(True)


def test_a_later_event_about_the_old_number_is_about_the_patient_and_keeps_what_it_said() -> None:
    take(replaced(NUMBER, OTHER_NUMBER))
    take(joined(OTHER_NUMBER))
    assert take(joined(NUMBER, "A-2", "05")) == ["already_here"]
    kept = RegistrationEvent.objects.get(number="A-2")
    assert (kept.patient, kept.patient_number) == (the_patient(), NUMBER)


def test_two_patients_are_never_joined_by_a_message() -> None:
    take(joined(NUMBER))
    take(joined(OTHER_NUMBER, "A-2"))
    assert take(replaced(NUMBER, OTHER_NUMBER)) == ["patients_to_join"]
    assert not SupersededNumber.objects.exists()
    assert {found(NUMBER), found(OTHER_NUMBER)} == set(RegisteredPatient.objects.all())
    assert RegisteredPatient.objects.count() == 2


@pytest.mark.parametrize("then", [replaced(NUMBER, THIRD, "S-2"), replaced(OTHER_NUMBER, NUMBER, "S-2")])
def test_a_second_successor_and_a_circle_wait_for_a_person(then: bytes) -> None:
    take(replaced(NUMBER, OTHER_NUMBER))
    assert take(then) == ["number_contradicts"]
    assert "number_contradicts" in NEEDS_PERSON
    assert "patients_to_join" in NEEDS_PERSON
    assert SupersededNumber.objects.count() == 1


def test_another_date_of_birth_waits_for_a_person() -> None:
    take(joined(OTHER_NUMBER))
    assert take(replaced(NUMBER, OTHER_NUMBER, born="1950-01-01")) == ["number_contradicts"]
    assert take(replaced(NUMBER, OTHER_NUMBER, "S-2", born="1946-07-23")) == ["number_replaced"]
    assert take(replaced(NUMBER, OTHER_NUMBER, "S-3")) == ["replaced_before"]


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (NUMBER, NUMBER, "itself"),
        (NUMBER, "", "missing"),
        (NUMBER, "1234567890", "check digit"),
        ("", NUMBER, "number"),
    ],
)
def test_what_is_no_pair_of_numbers_is_rejected(old: str, new: str, word: str) -> None:
    taken, [rejection] = read(replaced(old, new))
    assert not taken
    assert word in rejection.reason


def test_only_its_kind_names_a_successor() -> None:
    _, [rejection] = read(f"{HEAD}G1,A-1,{HERE},{NUMBER},{OTHER_NUMBER},A,,1,\n".encode())
    assert "Only the kind SUPERSEDED" in rejection.reason


def test_events_of_before_keep_their_hash() -> None:
    event = Registration(kind="G1", reference="1", position="line 1")
    assert fingerprint(event) == "29611f58b8196d948d0dde2a5af64773f2aa3936e1b5bee500bd9c5e9856ce55"


def test_the_database_keeps_it_and_allows_no_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    take(replaced(NUMBER, OTHER_NUMBER))
    with system_scope(), pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        SupersededNumber.objects.update(replaced_by=THIRD)
    monkeypatch.setattr("portal.records.registrations.facts.succession_of", lambda event, old: "number_replaced")
    with pytest.raises(IntegrityError, match="would replace itself"), transaction.atomic():
        take(replaced(OTHER_NUMBER, NUMBER, "S-2"))
