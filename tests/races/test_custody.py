"""Two at once about one bag (J26, J27; P2). Each race is run as the code is, and with its lock taken out."""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict
from portal.records.chain import changed_links
from portal.records.models import CustodyEvent, Label, Movement, Scan
from portal.records.services import take_scans as taking
from portal.records.services.settle_movement import cancel_movement
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.services.take_scans import take_scans
from portal.records.tests.factories import Journey, a_movement, a_practice, a_record, labelled, operator
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def label() -> Label:
    """Of a bag that is ready, and its chain has one link."""
    label = labelled(a_movement())[0]
    Journey(label).scan("collected", label.bag.movement.origin)  # the courier's and the hub's places exist from now on
    return label


def _unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads without row locks, and keys that do not wait for each other."""
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda query, **named: query)
    monkeypatch.setattr(taking, "_one_at_a_time", lambda scans: None)


def _errors(results: list[Any]) -> list[Exception]:
    return [each for each in results if isinstance(each, Exception)]


def _both(monkeypatch: pytest.MonkeyPatch, *actions: Any, where: str) -> list[Any]:
    Meeting().after(monkeypatch, where)
    results = at_once(*actions)
    set_scope("system")
    return results


def _same_scan_twice(monkeypatch: pytest.MonkeyPatch, label: Label) -> list[Any]:
    scan = Journey(label).scanned("hub_in")
    send = lambda: take_scans(operator(), [scan])  # noqa: E731
    return _both(monkeypatch, send, send, where="portal.records.services.take_scans._check")


def test_the_same_scan_twice_at_once_counts_once(monkeypatch: pytest.MonkeyPatch, label: Label) -> None:
    results = _same_scan_twice(monkeypatch, label)
    assert _errors(results) == []
    assert sorted(result[0].outcome for result in results) == ["applied", "repeated"]
    assert Scan.objects.filter(kind="hub_in").count() == 1


def test_without_the_locks_a_repeated_scan_runs_into_the_databases_wall(
    monkeypatch: pytest.MonkeyPatch, label: Label
) -> None:
    """The key is kept once all the same; but the courier is told of an error instead of an answer."""
    _unlocked(monkeypatch)
    scan = Journey(label).scanned("hub_in")
    send = lambda: take_scans(operator(), [scan])  # noqa: E731
    results = _both(monkeypatch, send, send, where="portal.records.services.take_scans.judge")
    assert len(_errors(results)) == 1
    assert Scan.objects.filter(kind="hub_in").count() == 1


def _two_scans(monkeypatch: pytest.MonkeyPatch, label: Label, where: str) -> list[Any]:
    journey = Journey(label)
    arrived, delivered = journey.scanned("hub_in"), journey.scanned("delivered", label.bag.movement.destination)
    return _both(
        monkeypatch,
        lambda: take_scans(operator(), [arrived]),
        lambda: take_scans(operator(), [delivered]),
        where=where,
    )


def test_two_scans_of_one_bag_make_one_chain(monkeypatch: pytest.MonkeyPatch, label: Label) -> None:
    results = _two_scans(monkeypatch, label, "portal.records.services.take_scans._check")
    assert _errors(results) == []
    label.bag.part.refresh_from_db()
    assert CustodyEvent.objects.count() == label.bag.part.sequence
    assert list(changed_links()) == []


def test_without_the_locks_one_of_two_scans_is_lost_to_an_error(monkeypatch: pytest.MonkeyPatch, label: Label) -> None:
    """The chain refuses a second link of the same number: that is the second wall, and the scan is not taken."""
    _unlocked(monkeypatch)
    results = _two_scans(monkeypatch, label, "portal.records.services.take_scans.judge")
    assert len(_errors(results)) == 1


def test_a_cancellation_and_a_collection_never_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    label = labelled(a_movement())[0]
    movement = label.bag.movement
    scan = Journey(label).scanned("collected", movement.origin)
    results = at_once(
        lambda: take_scans(operator(), [scan]),
        lambda: cancel_movement(operator(), movement.reference, "Not needed"),
    )
    set_scope("system")
    movement.refresh_from_db()
    if movement.state == "cancelled":
        assert results[0][0].discrepancies == ("movement_ended",)
    else:
        assert movement.state == "collected" and isinstance(results[1], Conflict)


def _two_movements(monkeypatch: pytest.MonkeyPatch, where: str) -> list[Any]:
    here = a_practice()
    record = a_record(here)
    commands = [
        StartMovement(record=record, origin=here, destination=a_practice(), reason="requested") for _ in range(2)
    ]
    actions = [lambda command=each: start_movement(operator(), command) for each in commands]
    return _both(monkeypatch, *actions, where=where) if where else at_once(*actions)


def test_one_record_starts_on_one_movement(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _two_movements(monkeypatch, "")
    set_scope("system")
    assert [type(each) for each in _errors(results)] == [Conflict]
    assert Movement.objects.count() == 1


def test_without_the_lock_the_second_movement_runs_into_the_databases_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """No part is on two movements all the same; but whoever asked reads of an error and not of the other movement."""
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda query, **named: query)
    results = _two_movements(monkeypatch, "portal.records.services.start_movement.records_policy")
    [error] = _errors(results)
    assert not isinstance(error, Conflict)
    assert Movement.objects.count() == 1
