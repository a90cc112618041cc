"""The same event, and two events about one patient, at once (J28).

Each race is run as the code is, and with the lock taken out, where it is seen to do harm.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from portal.foundation.access.row_security import set_scope
from portal.foundation.invariants import find_broken
from portal.records.models import Movement
from portal.records.registrations.effects import decide
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement
from portal.records.registrations.services.take_registration import Taken, take_registration
from portal.records.registrations.tests.factories import (
    ELSEWHERE,
    HERE,
    THERE,
    from_authority,
    from_practice,
    importer,
    practices,
    take,
)
from portal.records.registrations.tests.samples import NUMBER, acceptance, answer, read
from portal.records.services.take_scans import take_scans
from portal.records.tests.factories import Journey, labelled, operator
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TAKING = "portal.records.registrations.services.take_registration"
BORN = from_practice("G1", acceptance(kind="1", practice=THERE, transaction="5"), sent="202601011000")
MOVED = from_practice("G1", acceptance(kind="3", practice=HERE, transaction="17"))
MOVED_ON = from_practice("G1", acceptance(kind="3", practice=ELSEWHERE, transaction="18"), sent="202602011000")


def _without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{TAKING}.one_at_a_time", lambda names: None)


def _at_once(monkeypatch: pytest.MonkeyPatch, *contents: bytes, where: str = "facts_of") -> list[Any]:
    """Takes the events in threads that meet where everything has been looked up, or at ``where`` in the service."""
    events = [read(content)[0][0] for content in contents]
    Meeting().after(monkeypatch, f"{TAKING}.{where}")
    results = at_once(*(lambda event=each: take_registration(importer(), event) for each in events))
    set_scope("system")
    return results


def _effects(results: list[Any]) -> list[str]:
    return sorted(each.effect if isinstance(each, Taken) else type(each).__name__ for each in results)


def test_one_event_sent_twice_at_once_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    practices()
    results = _at_once(monkeypatch, BORN, BORN)
    assert _effects(results) == ["already_imported", "envelope_created"]
    assert RegistrationEvent.objects.count() == 1


def test_without_the_lock_the_second_runs_into_the_databases_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event is kept once all the same, because the database keeps it so; but the import breaks off."""
    practices()
    _without_lock(monkeypatch)
    results = _at_once(monkeypatch, BORN, BORN)
    assert sum(isinstance(each, IntegrityError) for each in results) == 1
    assert RegistrationEvent.objects.count() == 1


def _answer_meets_its_request(monkeypatch: pytest.MonkeyPatch) -> str:
    practices()
    request = from_practice("G1", acceptance(number="", kind="2", transaction="13"))
    approval = from_authority("F4", answer(transaction="13", number=NUMBER))
    # Both have looked for each other there, and neither has committed.
    results = _at_once(monkeypatch, request, approval, where="_settle_answers")
    assert all(isinstance(each, Taken) for each in results)
    return RegisteredPatient.objects.get().nhs_number


def test_an_answer_finds_the_request_that_comes_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _answer_meets_its_request(monkeypatch) == NUMBER


def test_without_the_lock_answer_and_request_miss_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither sees the other, so the patient never gets the number: nothing in the database could stop that."""
    _without_lock(monkeypatch)
    assert _answer_meets_its_request(monkeypatch) == ""


def test_two_practices_that_take_one_patient_on_at_once_start_one_movement(monkeypatch: pytest.MonkeyPatch) -> None:
    practices()
    take(BORN)
    results = _at_once(monkeypatch, MOVED, MOVED_ON)
    assert not any(isinstance(each, Exception) for each in results)
    last = WantedMovement.objects.get(ended_at=None)
    assert last.destination is not None and last.destination.code == ELSEWHERE


def _registers_while_it_arrives(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The patient registers elsewhere while the last scan of the record comes: each has locked what it reads first."""
    practices()
    assert take(BORN) == ["envelope_created"]
    assert take(MOVED) == ["movement_started"]
    movement = Movement.objects.select_related("destination").get()
    scan = Journey(labelled(movement)[0], timezone.now()).scanned("received", movement.destination)
    meeting = Meeting()
    meeting.after(monkeypatch, f"{TAKING}.patient_of")
    meeting.after(monkeypatch, "portal.records.services.take_scans.judge")
    event = read(MOVED_ON)[0][0]
    results = at_once(lambda: take_scans(operator(), [scan]), lambda: take_registration(importer(), event))
    set_scope("system")
    return [each for each in results if isinstance(each, Exception)]


def test_a_record_that_arrives_while_its_patient_registers_elsewhere_is_sent_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _registers_while_it_arrives(monkeypatch) == []
    assert Movement.objects.get(ended_at=None).destination.code == ELSEWHERE
    assert find_broken() == []


def test_with_the_patient_locked_first_one_of_them_dies_of_a_deadlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order as it was: the patient, then the movement; a scan locks the movement, then the patient."""

    def patient_first(patient_id: int) -> RegisteredPatient | None:
        return RegisteredPatient.objects.select_for_update().filter(id=patient_id).first()

    def then_the_movement(event: Any, facts: Any) -> Any:
        list(Movement.objects.select_for_update(of=("self",)).filter(ended_at=None).values_list("id"))
        return decide(event, facts)

    monkeypatch.setattr("portal.records.registrations.facts.lock_patient", patient_first)
    monkeypatch.setattr(f"{TAKING}.decide", then_the_movement)
    [error] = _registers_while_it_arrives(monkeypatch)
    assert "deadlock" in str(error)
