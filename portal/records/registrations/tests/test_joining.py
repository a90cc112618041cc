"""Two patients known under both numbers become one when two people say so, and nothing of their records is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.invariants import find_broken
from portal.organisations.models import Organisation
from portal.records.chain import changed_links
from portal.records.models import Bag, Movement, PaperRecord, RecordPart
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import (
    PatientJoining,
    RegisteredPatient,
    RegistrationEvent,
    SupersededNumber,
    WantedMovement,
)
from portal.records.registrations.permissions import JOIN_PATIENTS, SETTLE_EVENTS
from portal.records.registrations.services.decide_joining import agree_to_joining, refuse_joining
from portal.records.registrations.services.propose_joining import ProposeJoining, propose_joining
from portal.records.registrations.services.settle_question import SettleQuestion, settle_question
from portal.records.registrations.tests.factories import ELSEWHERE, HERE, THERE, practices, take
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER
from portal.records.registrations.tests.test_superseded import THIRD, joined, replaced
from portal.records.services.join_store import join_everything
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import Journey, a_record, chain_of, labelled, operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def person(number: int, name: str = "Dana") -> Actor:
    """Somebody of the operator who may join patients."""
    permissions = frozenset({JOIN_PATIENTS.code, SETTLE_EVENTS.code})
    return Actor(name=name, audience="staff", user_id=number, permissions=permissions)


FIRST, SECOND = person(1), person(2, "Omar")


def place(code: str) -> Any:
    """A practice, or the store, as a holder."""
    return own_place("store") if code == "STORE" else holder_of(Organisation.objects.get(code=code))


def two(old_at: str = HERE, new_at: str = THERE, *, born: str = "1946-07-23") -> RegistrationEvent:
    """A patient with each number, registered at these practices, and the question whether they are one."""
    for number, code, reference, day in ((NUMBER, old_at, "A-1", "1946-07-23"), (OTHER_NUMBER, new_at, "A-2", born)):
        take(joined(number, reference, born=day).replace(HERE.encode(), (code or HERE).encode()))
        if not code:
            RegisteredPatient.objects.filter(nhs_number=number).update(registered_at=None, record_at=None)
    assert take(replaced(NUMBER, OTHER_NUMBER)) == ["patients_to_join"]
    return RegistrationEvent.objects.get(effect="patients_to_join")


def old() -> RegisteredPatient:
    """The patient with the number that was replaced."""
    return RegisteredPatient.objects.get(nhs_number=NUMBER)


def new() -> RegisteredPatient:
    """The patient with the number that stands."""
    return RegisteredPatient.objects.get(nhs_number=OTHER_NUMBER)


def join_them(question: RegistrationEvent, birth_date_of: str = "") -> None:
    """Two people say so, one after the other."""
    propose_joining(
        FIRST, ProposeJoining(question=question.reference, reason="The sender says so", birth_date_of=birth_date_of)
    )
    agree_to_joining(SECOND, question.reference, "Compared with the practice")


def whole() -> None:
    """Nothing that must always be true is broken, and every chain of custody verifies."""
    with system_scope():
        assert find_broken() == []
        assert list(changed_links()) == []


def test_the_one_with_the_new_number_stays_and_has_everything() -> None:
    question = two()
    a_record(place(HERE), patient=old(), parts=2)
    a_record(place(THERE), patient=new())
    chains = {part.id: chain_of(part) for part in RecordPart.objects.all()}
    join_them(question)
    assert (old().merged_into, old().registered_at) == (new(), None)
    parts = RecordPart.objects.order_by("number")
    assert [(part.record.patient, part.number) for part in parts] == [(new(), 1), (new(), 2), (new(), 3)]
    assert {part.id: chain_of(part) for part in parts} == chains
    assert set(RegistrationEvent.objects.values_list("patient", flat=True)) == {new().id}
    assert SupersededNumber.objects.get().replaced_by == OTHER_NUMBER
    question.refresh_from_db()
    assert question.settled_by_name == "Omar" and "One patient" in question.settled_note
    whole()


def test_what_is_elsewhere_begins_to_move_to_the_practice_of_the_patient() -> None:
    question = two()
    a_record(place(THERE), patient=new())
    record = a_record(place("STORE"), patient=old())
    a_part_at(HERE, record)
    join_them(question)
    ways = Movement.objects.filter(ended_at=None).values_list("origin__code", "destination__code", "reason")
    assert sorted(ways) == [("STORE", THERE, "returning"), (HERE, THERE, "registration")]
    assert join_everything() == 0
    whole()


def a_part_at(code: str, record: PaperRecord) -> RecordPart:
    """One more part of the record, at another place."""
    from portal.records.services.enter_record import add_part

    number = record.parts.count() + 1
    return add_part(operator(), record, number, place(code), how="A test says so")


def test_where_only_the_old_one_had_a_record_the_registers_call_for_it() -> None:
    question = two()
    a_record(place(HERE), patient=old())
    join_them(question)
    wanted = WantedMovement.objects.get(ended_at=None)
    assert (wanted.patient, wanted.wanted_by, wanted.destination.code) == (new(), question, THERE)
    assert Movement.objects.get(ended_at=None).reference == wanted.movement_reference
    whole()


def test_two_movements_of_the_same_way_become_one() -> None:
    question = two()
    for patient in (old(), new()):
        record = a_record(place(ELSEWHERE), patient=patient)
        command = {"origin": place(ELSEWHERE), "destination": place(THERE), "reason": "registration"}
        start_movement(operator(), StartMovement(record=record, **command))
    join_them(question)
    movement = Movement.objects.get(ended_at=None)
    assert (movement.bags.count(), movement.record.patient) == (2, new())
    assert "Its bags go with movement" in Movement.objects.get(state="cancelled").end_note
    whole()


def test_a_movement_with_labels_stays_beside_the_other_and_its_label_still_counts() -> None:
    question = two()
    movements = []
    for patient in (old(), new()):
        record = a_record(place(ELSEWHERE), patient=patient)
        command = {"origin": place(ELSEWHERE), "destination": place(THERE), "reason": "registration"}
        movements.append(start_movement(operator(), StartMovement(record=record, **command)))
    labels = [labelled(movement)[0] for movement in movements]
    Journey(labels[0]).scan("collected", place(ELSEWHERE))
    join_them(question)
    assert Movement.objects.filter(ended_at=None).count() == 2
    for label in labels:
        Journey(label).scan("received", place(THERE))
    assert set(Movement.objects.values_list("state", flat=True)) == {"in_storage"}
    whole()


def test_a_bag_on_the_road_to_elsewhere_arrives_and_is_sent_on() -> None:
    question = two(old_at=HERE)
    RegisteredPatient.objects.filter(id=old().id).update(record_at=Organisation.objects.get(code=ELSEWHERE))
    a_record(place(ELSEWHERE), patient=old())
    assert take(joined(NUMBER, "A-3", "05")) == ["movement_started"]
    [label] = labelled(Movement.objects.get())
    way = Journey(label, timezone.now())
    way.scan("collected", place(ELSEWHERE))
    join_them(question)
    assert WantedMovement.objects.get(ended_at=None).patient == new()
    way.scan("received", place(HERE))
    onward = Movement.objects.get(ended_at=None)
    assert (onward.origin.code, onward.destination.code) == (HERE, THERE)
    whole()


def test_a_movement_to_elsewhere_that_has_not_left_is_ended() -> None:
    question = two(old_at=HERE)
    RegisteredPatient.objects.filter(id=old().id).update(record_at=Organisation.objects.get(code=ELSEWHERE))
    a_record(place(ELSEWHERE), patient=old())
    assert take(joined(NUMBER, "A-3", "05")) == ["movement_started"]
    join_them(question)
    assert Movement.objects.get(state="cancelled").destination.code == HERE
    onward = Movement.objects.get(ended_at=None)
    assert (onward.origin.code, onward.destination.code) == (ELSEWHERE, THERE)
    whole()


def test_a_protected_identity_stays_protected_on_both_rows() -> None:
    question = two()
    for patient, sealed in ((old(), False), (new(), True)):
        record = a_record(place(HERE), patient=patient)
        PaperRecord.objects.filter(id=record.id).update(is_sealed=sealed)
    join_them(question)
    assert set(PaperRecord.objects.values_list("is_sealed", flat=True)) == {True}


def test_the_registration_of_the_old_number_counts_only_where_the_new_has_none() -> None:
    question = two(old_at=HERE, new_at="")
    join_them(question)
    assert new().registered_at is not None and new().registered_at.code == HERE


def test_who_proposed_it_cannot_decide_it() -> None:
    question = two()
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))
    for decide in (agree_to_joining, refuse_joining):
        with pytest.raises(Refused, match="because you proposed it"), transaction.atomic():
            decide(FIRST, question.reference, "x")
    with pytest.raises(IntegrityError, match="joining_decided_by_another"), transaction.atomic():
        PatientJoining.objects.update(state="joined", decided_by_id=1, decided_at=timezone.now(), note="x")


def test_refused_they_stay_two_and_can_be_asked_about_again() -> None:
    question = two()
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))
    with pytest.raises(Conflict, match="A second person decides"), transaction.atomic():
        settle_question(FIRST, SettleQuestion(reference=question.reference, note="x"))
    refuse_joining(SECOND, question.reference, "Twins")
    question.refresh_from_db()
    assert question.settled_note == "Two people: Twins"
    assert not SupersededNumber.objects.exists()
    with pytest.raises(Conflict, match="Omar has decided it already"), transaction.atomic():
        agree_to_joining(person(3), question.reference, "x")
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="The sender was wrong about the twins"))
    agree_to_joining(SECOND, question.reference, "Seen")
    question.refresh_from_db()
    assert question.settled_note == "Two people: Twins\nOne patient: Seen"


def test_what_cannot_be_joined_says_why() -> None:
    question = two()
    RegistrationEvent.objects.filter(id=question.id).update(replaced_by="")
    with pytest.raises(Conflict, match="send it again"), transaction.atomic():
        join_them(question)
    RegistrationEvent.objects.filter(id=question.id).update(replaced_by=OTHER_NUMBER)
    with pytest.raises(InvalidInput, match="Leave out NHS numbers"), transaction.atomic():
        propose_joining(FIRST, ProposeJoining(question=question.reference, reason=f"It is {NUMBER}"))
    with pytest.raises(NotFound), transaction.atomic():
        propose_joining(FIRST, ProposeJoining(question="RE-0000-0000", reason="x"))
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))
    assert take(replaced(OTHER_NUMBER, THIRD, "S-2")) == ["number_replaced"]
    agree_to_joining(SECOND, question.reference, "Its number moved on, and so does this")
    with pytest.raises(Conflict, match="one patient here already"), transaction.atomic():
        propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))


def test_the_database_knows_one_step_only() -> None:
    join_them(two())
    third = RegisteredPatient.objects.create(nhs_number=THIRD)
    for who, into in ((third, old()), (new(), third), (old(), None)):
        with pytest.raises(DatabaseError, match=r"two steps|for good"), transaction.atomic():
            RegisteredPatient.objects.filter(id=who.id).update(merged_into=into)
    with pytest.raises(DatabaseError, match="Cannot insert"), transaction.atomic():
        RegisteredPatient.objects.create(family_name="X", merged_into=third)


def test_nothing_that_is_under_way_is_left_with_the_old_one() -> None:
    question = two()
    record = a_record(place(HERE), patient=old())
    start_movement(
        operator(), StartMovement(record=record, origin=place(HERE), destination=place(ELSEWHERE), reason="requested")
    )
    join_them(question)
    assert not Movement.objects.filter(record__patient=old(), ended_at=None).exists()
    assert not RecordPart.objects.filter(record__patient=old()).exists()
    assert not WantedMovement.objects.filter(patient=old(), ended_at=None).exists()
    assert Bag.objects.get().movement.record.patient == new()
    whole()
