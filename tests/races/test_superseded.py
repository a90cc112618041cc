"""A number is replaced while somebody is taken on under it: they meet at one lock (J28, R4)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from portal.foundation.invariants import find_broken
from portal.records.registrations.tests.factories import practices, take
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER
from portal.records.registrations.tests.test_superseded import joined, replaced
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TAKING = "portal.records.registrations.services.take_registration"


def _race(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    practices()
    Meeting().after(monkeypatch, f"{TAKING}.decide")
    outcomes = at_once(lambda: take(joined(NUMBER)), lambda: take(replaced(NUMBER, OTHER_NUMBER)))
    assert not [each for each in outcomes if isinstance(each, Exception)]
    return {each.invariant.code for each in find_broken()}


def test_nobody_is_left_with_a_number_that_was_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _race(monkeypatch) == set()


def test_without_the_lock_somebody_keeps_the_old_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{TAKING}.hold_numbers", lambda *, alone: None)
    monkeypatch.setattr(f"{TAKING}.one_at_a_time", lambda names: None)
    assert "registrations.replaced_number_is_nobodys" in _race(monkeypatch)


def _both_under_one_number(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """The old number's patient gets a number while somebody is taken on under it: no lock of one number is shared."""
    practices()
    take(joined(NUMBER))
    Meeting().after(monkeypatch, f"{TAKING}.decide")
    outcomes = at_once(lambda: take(joined(OTHER_NUMBER, "A-2")), lambda: take(replaced(NUMBER, OTHER_NUMBER)))
    return [each for each in outcomes if isinstance(each, Exception)]


def test_a_new_patient_and_a_replaced_number_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _both_under_one_number(monkeypatch) == []
    assert find_broken() == []


def test_without_the_lock_only_the_database_stops_two_with_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{TAKING}.hold_numbers", lambda *, alone: None)
    [error] = _both_under_one_number(monkeypatch)
    assert isinstance(error, IntegrityError)
