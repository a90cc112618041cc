"""Two patients are joined while one of them registers, or while two people decide: they meet at one lock (J26, R4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from portal.foundation.errors import Conflict
from portal.foundation.invariants import find_broken
from portal.records.chain import changed_links
from portal.records.registrations.models import PatientJoining, RegisteredPatient, RegistrationEvent
from portal.records.registrations.querysets import OperatorOnlyQuerySet
from portal.records.registrations.services.decide_joining import agree_to_joining, refuse_joining
from portal.records.registrations.services.propose_joining import ProposeJoining, propose_joining
from portal.records.registrations.services.take_back_joining import take_back_joining
from portal.records.registrations.tests.factories import ELSEWHERE, HERE, practices, take
from portal.records.registrations.tests.samples import NUMBER
from portal.records.registrations.tests.test_joining import FIRST, SECOND, old, person, place, two
from portal.records.registrations.tests.test_superseded import joined
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import Journey, a_record, labelled, operator
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TAKING = "portal.records.registrations.services.take_registration"
DECIDING = "portal.records.registrations.services.decide_joining"
TAKING_BACK = "portal.records.registrations.services.take_back_joining"


def _proposed() -> RegistrationEvent:
    practices()
    question = two()
    a_record(place(ELSEWHERE), patient=old())
    propose_joining(FIRST, ProposeJoining(question=question.reference, reason="x"))
    return question


def _register_while_joining(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The old number registers at the moment at which the two are joined; what is broken afterwards."""
    question = _proposed()
    RegisteredPatient.objects.filter(nhs_number=NUMBER).update(record_at=place(ELSEWHERE).organisation)
    meeting = Meeting()
    meeting.after(monkeypatch, f"{TAKING}.decide")
    meeting.after(monkeypatch, "portal.records.registrations.joining._wanted")
    outcomes = at_once(
        lambda: take(joined(NUMBER, "A-9", "20")), lambda: agree_to_joining(SECOND, question.reference, "x")
    )
    assert not [each for each in outcomes if isinstance(each, Exception) and not _is_of_the_race(each)]
    assert list(changed_links()) == []
    broken = {each.invariant.code for each in find_broken()}
    return broken | {type(each).__name__ for each in outcomes if isinstance(each, Exception)}


def _is_of_the_race(error: Any) -> bool:
    return isinstance(error, Conflict) or "for good" in str(error) or "deadlock" in str(error)


def test_a_registration_and_a_joining_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _register_while_joining(monkeypatch) == set()
    assert RegistrationEvent.objects.get(number="A-9").patient == old().merged_into


def test_without_the_lock_a_registration_reaches_the_one_who_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control off: a movement is wanted for a row that is history, or only the database stops it."""
    for module in (TAKING, DECIDING):
        monkeypatch.setattr(f"{module}.hold_numbers", lambda *, alone: None)
    assert _register_while_joining(monkeypatch) != set()


def _both_decide(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    question = _proposed()
    Meeting().after(monkeypatch, f"{DECIDING}._lock")
    return at_once(
        lambda: agree_to_joining(SECOND, question.reference, "They are one"),
        lambda: refuse_joining(person(3, "Nia"), question.reference, "They are two"),
    )


def test_of_two_who_decide_at_once_one_is_told_that_it_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    [error] = [each for each in _both_decide(monkeypatch) if isinstance(each, Exception)]
    assert isinstance(error, Conflict) and "has decided it already" in str(error)
    assert find_broken() == []


def test_without_the_lock_two_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control off: both find it waiting, and only the table of states in the database stops the second."""
    monkeypatch.setattr(f"{DECIDING}.hold_numbers", lambda *, alone: None)
    monkeypatch.setattr(OperatorOnlyQuerySet, "select_for_update", lambda self, **how: self)
    [error] = [each for each in _both_decide(monkeypatch) if isinstance(each, Exception)]
    assert isinstance(error, DatabaseError)


def _taken_back_while_decided(monkeypatch: pytest.MonkeyPatch, decide: Any) -> list[Any]:
    """They meet right after each has read that the proposal waits."""
    question = _proposed()
    meeting = Meeting()
    meeting.after(monkeypatch, f"{DECIDING}._lock")
    meeting.after(monkeypatch, f"{TAKING_BACK}.lock_waiting")
    outcomes = at_once(
        lambda: take_back_joining(FIRST, question.reference, "A mistake"),
        lambda: decide(SECOND, question.reference, "Compared"),
    )
    return [each for each in outcomes if isinstance(each, Exception)]


@pytest.mark.parametrize("decide", [agree_to_joining, refuse_joining])
def test_of_taking_back_and_deciding_at_once_one_is_told_what_the_other_did(
    monkeypatch: pytest.MonkeyPatch, decide: Any
) -> None:
    [error] = _taken_back_while_decided(monkeypatch, decide)
    assert isinstance(error, Conflict)
    taken_back = PatientJoining.objects.get().state == "taken_back"
    assert ("has taken the proposal back" if taken_back else "has decided it already") in error.sentence
    assert (old().merged_into is not None) == (PatientJoining.objects.get().state == "joined")
    assert find_broken() == []


@pytest.mark.parametrize("decide", [agree_to_joining, refuse_joining])
def test_without_the_lock_only_the_table_of_states_stops_the_second(
    monkeypatch: pytest.MonkeyPatch, decide: Any
) -> None:
    """The control off: both find it waiting, and one of them reads nothing but an error of the database."""
    monkeypatch.setattr(f"{DECIDING}.hold_numbers", lambda *, alone: None)
    monkeypatch.setattr(OperatorOnlyQuerySet, "select_for_update", lambda self, **how: self)
    [error] = _taken_back_while_decided(monkeypatch, decide)
    assert isinstance(error, DatabaseError) and "Invalid transition" in str(error)


def test_a_bag_that_is_scanned_while_its_patient_is_joined_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    question = _proposed()
    record = old().paper_record
    command = StartMovement(record=record, origin=place(ELSEWHERE), destination=place(HERE), reason="registration")
    [label] = labelled(start_movement(operator(), command))
    Journey(label).scan("collected", place(ELSEWHERE))
    scan = Journey(label, timezone.now()).scanned("received", place(HERE))
    Meeting().after(monkeypatch, "portal.records.services.take_scans.judge")
    from portal.records.services.take_scans import take_scans

    outcomes = at_once(
        lambda: agree_to_joining(SECOND, question.reference, "x"), lambda: take_scans(operator(), [scan])
    )
    assert not [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, Conflict)]
    assert find_broken() == []
    assert list(changed_links()) == []
