"""What must always be true of joinings; each is seen to be broken here, past the services that keep it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict
from portal.foundation.invariants import find_broken
from portal.records.models import Movement
from portal.records.registrations.models import PatientJoining, RegisteredPatient, RegistrationEvent
from portal.records.registrations.services.decide_joining import agree_to_joining, refuse_joining
from portal.records.registrations.services.propose_joining import ProposeJoining, propose_joining
from portal.records.registrations.services.take_back_joining import take_back_joining
from portal.records.registrations.tests.factories import ELSEWHERE, HERE, THERE, practices, take
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER
from portal.records.registrations.tests.test_joining import FIRST, SECOND, join_them, new, old, place, two, whole
from portal.records.registrations.tests.test_superseded import THIRD, joined, replaced
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import a_record, operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def _broken() -> set[str]:
    with system_scope():
        return {each.invariant.code for each in find_broken()}


def _past_the_services(table: str, change: str) -> None:
    """Writes as somebody would who has the database, and not the portal."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(f"update {table} set {change}")
        cursor.execute(f"alter table {table} enable trigger user")


def _propose(question: RegistrationEvent) -> PatientJoining:
    return propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))


def test_a_waiting_proposal_is_about_two() -> None:
    _propose(two())
    assert _broken() == set()
    third = RegisteredPatient.objects.create(nhs_number=THIRD)
    _past_the_services("registrations_patientjoining", f"survivor_id = {third.id}")
    RegisteredPatient.objects.filter(id=third.id).update(merged_into=new())
    assert "registrations.waiting_joining_is_of_two" in _broken()


def test_who_was_joined_leads_to_who_remained() -> None:
    join_them(two())
    assert _broken() == set()
    third = RegisteredPatient.objects.create(nhs_number=THIRD)
    _past_the_services("registrations_patientjoining", f"survivor_id = {third.id}")
    assert _broken() == {"registrations.joined_as_decided"}


def test_who_was_joined_has_nothing_under_way() -> None:
    question = two()
    record = a_record(place(HERE), patient=new())
    command = StartMovement(record=record, origin=place(HERE), destination=place(ELSEWHERE), reason="requested")
    join_them(question)
    other = a_record(place(HERE), patient=old())
    assert "registrations.merged_has_nothing_open" in _broken()  # its parts
    start_movement(operator(), StartMovement(**{**command.__dict__, "record": other}))
    with system_scope():
        found = next(each for each in find_broken() if each.invariant.code == "registrations.merged_has_nothing_open")
    assert Movement.objects.filter(record=other, ended_at=None).exists() and len(found.rows) == 2


def _chain() -> tuple[RegistrationEvent, RegistrationEvent]:
    """That the first is the second, and the second a third: two questions, both proposed."""
    first = two(HERE, THERE)
    take(joined(THIRD, "A-7"))
    assert take(replaced(OTHER_NUMBER, THIRD, "S-7")) == ["patients_to_join"]
    second = RegistrationEvent.objects.get(effect="patients_to_join", patient=new())
    for question in (first, second):
        _propose(question)
    return first, second


def test_whom_another_proposal_waits_for_is_not_joined_before_it_is_decided() -> None:
    """Seen: without the rule the other proposal is about a patient who is gone, and nobody can agree to it any more."""
    first, second = _chain()
    with pytest.raises(Conflict, match=first.reference), transaction.atomic():
        agree_to_joining(SECOND, second.reference, "x")
    agree_to_joining(SECOND, first.reference, "x")
    agree_to_joining(SECOND, second.reference, "x")
    third = RegisteredPatient.objects.get(nhs_number=THIRD)
    assert {old().merged_into, new().merged_into} == {third}
    whole()


@pytest.mark.parametrize("way_out", ["taken back", "refused"])
def test_once_the_other_has_ended_it_can_be_joined(way_out: str) -> None:
    first, second = _chain()
    if way_out == "refused":
        refuse_joining(SECOND, first.reference, "x")
    else:
        take_back_joining(FIRST, first.reference, "x")
    agree_to_joining(SECOND, second.reference, "x")
    whole()


def test_of_two_messages_that_contradict_one_is_taken_back_before_the_other_is_decided() -> None:
    first = two()
    assert take(replaced(OTHER_NUMBER, NUMBER, "S-8")) == ["patients_to_join"]
    second = RegistrationEvent.objects.get(number="S-8")
    for question in (first, second):
        _propose(question)
    for question in (first, second):
        with pytest.raises(Conflict, match="Another proposal waits"), transaction.atomic():
            agree_to_joining(SECOND, question.reference, "x")
    take_back_joining(FIRST, second.reference, "The sender meant the other way round")
    agree_to_joining(SECOND, first.reference, "x")
    assert old().merged_into == new()
    second.refresh_from_db()
    assert second.settled_at is not None
    whole()
