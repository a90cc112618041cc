"""A patient registers elsewhere at the moment at which the record is found, scanned or planned to move (J18, J26).

Each race is run in both orders: one of the two has read what decides, and the other comes in between. They take turns
at the movement, then at the patient. With the locks taken out, the record goes to where nobody wants it any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.access.row_security import set_scope
from portal.foundation.invariants import find_broken
from portal.records.closures.services.count_records import count_records, end_counting
from portal.records.closures.services.move_records import move_everything
from portal.records.closures.tests.factories import counting
from portal.records.closures.tests.test_counting import _clerk
from portal.records.models import Bag, Label, Movement
from portal.records.places import own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.moving import begin_waiting
from portal.records.registrations.services.take_registration import take_registration
from portal.records.registrations.tests.factories import HERE, THERE, importer, practices, take
from portal.records.registrations.tests.samples import NUMBER, read
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.services.prepare_movement import make_labels
from portal.records.services.settle_movement import mark_missing
from portal.records.services.take_scans import take_scans
from portal.records.tests.factories import Journey, a_practice, operator
from portal.records.tests.test_turning import BORN, MOVED, closing_site, planned
from tests.races.meeting import in_between

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
_Job = Callable[[], Any]


def _in_between(monkeypatch: pytest.MonkeyPatch, first: _Job, second: _Job, *, after: str) -> list[Any]:
    """Runs ``first`` until it has read what decides (``after``), then all of ``second`` if nothing holds it up."""
    results = in_between(monkeypatch, first, second, after=after)
    set_scope("system")
    return results


def _without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda query, **named: query)
    monkeypatch.setattr("portal.records.registrations.services.take_registration.hold_numbers", lambda *, alone: None)
    monkeypatch.setattr("portal.records.closures.services.move_records.hold_numbers", lambda *, alone: None)


def _register() -> Any:
    return take_registration(importer(), read(MOVED)[0][0])


READ_BY_REGISTRATION = "portal.records.turning.not_left"
READ_BY_SEARCH = "portal.records.searches.services.answer_search._locked"


def _found(monkeypatch: pytest.MonkeyPatch, *, registration_first: bool) -> list[Any]:
    """It is found in the store while its patient registers elsewhere; where it goes, and what failed."""
    practices()
    planned(is_found=False)
    task = SearchTask.objects.get(holder=own_place("store"))
    answer = AnswerSearch(reference=task.reference, is_found=True, where="Shelf 4")

    def found() -> Any:
        return answer_search_for(operator(), answer)

    jobs = (_register, found) if registration_first else (found, _register)
    after = READ_BY_REGISTRATION if registration_first else READ_BY_SEARCH
    results = _in_between(monkeypatch, *jobs, after=after)
    failed = [each for each in results if isinstance(each, Exception)]
    return [*Movement.objects.filter(ended_at=None).values_list("destination__code", flat=True), *failed]


@pytest.mark.parametrize("registration_first", [True, False])
def test_what_is_found_while_its_patient_registers_goes_straight_there(
    monkeypatch: pytest.MonkeyPatch, registration_first: bool
) -> None:
    """Seen: with the movement locked together with its places, whoever waited for it read that there was none."""
    assert _found(monkeypatch, registration_first=registration_first) == [HERE]
    assert find_broken() == []


@pytest.mark.parametrize("registration_first", [True, False])
def test_without_the_locks_it_goes_to_where_nobody_wants_it(
    monkeypatch: pytest.MonkeyPatch, registration_first: bool
) -> None:
    _without_locks(monkeypatch)
    assert _found(monkeypatch, registration_first=registration_first) != [HERE]


def _scanned(monkeypatch: pytest.MonkeyPatch, *, registration_first: bool) -> tuple[str, str, bool]:
    """A bag that went missing with its label is scanned: its state, where it goes, and whether its label counts."""
    practices()
    planned(is_found=True)
    movement = Movement.objects.get()
    [label] = make_labels(operator(), movement.reference)
    mark_missing(operator(), movement.reference, 1, "Five working days")
    scan = Journey(label, timezone.now()).scanned("hub_in", own_place("hub"))

    def scanning() -> Any:
        return take_scans(operator(), [scan])

    jobs = (_register, scanning) if registration_first else (scanning, _register)
    after = READ_BY_REGISTRATION if registration_first else "portal.records.services.take_scans.judge"
    results = _in_between(monkeypatch, *jobs, after=after)
    assert not [each for each in results if isinstance(each, Exception)]
    movement.refresh_from_db()
    counts = Label.objects.filter(voided_at=None).exists()
    return Bag.objects.get().state, movement.destination.code, counts


def test_a_scan_before_the_registration_puts_it_on_its_way_and_it_is_sent_on(monkeypatch: pytest.MonkeyPatch) -> None:
    state, destination, label_counts = _scanned(monkeypatch, registration_first=False)
    assert (state, label_counts) == ("in_transit", True) and destination != HERE
    movement = Movement.objects.select_related("destination").get()
    Journey(Label.objects.get(), timezone.now()).scan("received", movement.destination)
    assert begin_waiting() == 1
    assert Movement.objects.get(ended_at=None).destination.code == HERE
    assert find_broken() == []


def test_a_scan_after_the_registration_puts_the_bag_aside_for_a_new_label(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _scanned(monkeypatch, registration_first=True) == ("missing", HERE, False)
    assert find_broken() == []


@pytest.mark.parametrize("registration_first", [True, False])
def test_without_the_locks_a_bag_travels_under_a_label_that_is_void(
    monkeypatch: pytest.MonkeyPatch, registration_first: bool
) -> None:
    _without_locks(monkeypatch)
    state, destination, label_counts = _scanned(monkeypatch, registration_first=registration_first)
    assert (state, destination, label_counts) == ("in_transit", HERE, False)


def _planned_while_registering(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The patient registers elsewhere after the worker has read where they are. The registers name no holder: else
    they ask for a movement themselves, and the plan finds the record on its way.
    """
    practices()
    assert take(BORN) == ["envelope_created"]
    RegisteredPatient.objects.update(record_at=None)
    counting(closing_site(), successor=a_practice())
    count_records(_clerk(closing_site()), THERE, [NUMBER])
    end_counting(_clerk(closing_site()), THERE, unseen_agreed=0)
    reads = "portal.records.closures.services.move_records.destination_of"
    results = _in_between(monkeypatch, move_everything, _register, after=reads)
    assert not [each for each in results if isinstance(each, Exception)]
    return list(Movement.objects.filter(ended_at=None).values_list("destination__code", flat=True))


def test_a_plan_and_a_registration_take_turns_at_the_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _planned_while_registering(monkeypatch) == [HERE]
    assert find_broken() == []


def test_without_the_lock_the_plan_is_of_yesterday(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_locks(monkeypatch)
    assert _planned_while_registering(monkeypatch) != [HERE]
