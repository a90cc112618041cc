"""After two patients were joined: whatever names either of them leads to the one who stays."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import InvalidInput
from portal.organisations.models import Organisation
from portal.records.belonging import organisations_of
from portal.records.closures.finding import parts_named
from portal.records.finding import Identifiers, find_patient, was_replaced
from portal.records.models import Movement, PaperRecord, RecordPart
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent
from portal.records.registrations.succession import current_numbers
from portal.records.registrations.tests.factories import HERE, practices, take
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER
from portal.records.registrations.tests.test_joining import join_them, new, old, place, two, whole
from portal.records.registrations.tests.test_superseded import BORN, THIRD, found, joined, replaced
from portal.records.services.mark_movement import seal_record
from portal.records.tests.factories import a_record, operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def test_both_numbers_and_both_dates_of_birth_find_the_one_who_stays() -> None:
    question = two(born="1950-01-01")
    with pytest.raises(InvalidInput, match="Say which date of birth"), transaction.atomic():
        join_them(question)
    join_them(question, "old")
    assert new().born_on == BORN
    assert found(NUMBER) == found(OTHER_NUMBER) == new()
    assert find_patient(Identifiers(number=NUMBER, born_on=date(1950, 1, 1))) is None
    assert (was_replaced(NUMBER), was_replaced(OTHER_NUMBER), was_replaced("12")) == (True, False, False)


def test_later_events_and_answers_about_the_old_one_are_about_the_one_who_stays() -> None:
    join_them(two())
    assert take(joined(NUMBER, "A-9", "20")) == ["movement_started"]
    assert RegistrationEvent.objects.get(number="A-9").patient == new()
    assert take(replaced(NUMBER, OTHER_NUMBER, "S-9")) == ["replaced_before"]


def test_a_look_at_the_old_one_belongs_to_the_practice_of_the_one_who_stays() -> None:
    join_them(two())
    with system_scope():
        assert organisations_of([old().reference])[old().reference] == {new().registered_at_id}


def test_an_envelope_with_the_old_number_is_ticked_off_when_a_practice_counts() -> None:
    question = two(old_at=HERE, new_at=HERE)
    RegisteredPatient.objects.filter(id=old().id).update(old_number="ABCD 1", authority="XX")
    a_record(place(HERE), patient=old())
    join_them(question)
    with system_scope():
        named = parts_named(Organisation.objects.get(code=HERE).id, [NUMBER, OTHER_NUMBER, "ABCD 1", THIRD])
    [part] = RecordPart.objects.all()
    assert named == {NUMBER: [part], OTHER_NUMBER: [part], "ABCD 1": [part]}


def test_who_is_protected_later_is_protected_on_both_rows() -> None:
    question = two()
    for patient in (old(), new()):
        a_record(place(HERE), patient=patient)
    join_them(question)
    movement = Movement.objects.get(ended_at=None)
    for is_sealed in (True, False):
        seal_record(operator(), movement.reference, is_sealed=is_sealed, why="The court asked for it")
        assert set(PaperRecord.objects.values_list("is_sealed", flat=True)) == {is_sealed}


def test_numbers_are_followed_to_the_one_that_stands() -> None:
    take(replaced(NUMBER, OTHER_NUMBER))
    take(replaced(OTHER_NUMBER, THIRD, "S-2"))
    assert current_numbers({NUMBER, OTHER_NUMBER, THIRD}) == {NUMBER: THIRD, OTHER_NUMBER: THIRD}


def test_what_was_joined_before_goes_along() -> None:
    join_them(two())
    third = RegisteredPatient.objects.create(nhs_number=THIRD, born_on=BORN)
    assert take(replaced(OTHER_NUMBER, THIRD, "S-2")) == ["patients_to_join"]
    question = RegistrationEvent.objects.get(effect="patients_to_join", settled_at=None)
    join_them(question)
    assert {old().merged_into, new().merged_into} == {third}
    assert found(NUMBER) == found(OTHER_NUMBER) == found(THIRD) == third
    whole()
