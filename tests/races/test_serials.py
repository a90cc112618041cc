"""The same numbers into two consignments at once (issue 5, R4)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.errors import Conflict
from portal.serials.models import SerialMove
from portal.serials.services.warehouse import allocate
from portal.serials.tests.forms import KEEPER, in_store, numbers, parcel, site, staff
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
_CHECK = "portal.serials.moving._check"


def _allocate_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    item = in_store(100)
    boxes = [parcel(item, site().organisation) for _ in range(2)]
    Meeting().after(monkeypatch, _CHECK)
    keeper, some = staff(*KEEPER), numbers(item, 0, 50)
    return at_once(*[lambda box=box: allocate(keeper, box.reference, some) for box in boxes])  # type: ignore[misc]


def test_the_same_numbers_go_into_one_consignment(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _allocate_twice(monkeypatch)
    assert sum(isinstance(each, Conflict) for each in results) == 1
    assert SerialMove.objects.filter(target="allocated").count() == 1


def test_without_the_lock_the_record_says_that_they_are_in_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 24 November 2026: both find them on the shelf, and the second writes over the first, or crashes."""

    def unlocked(self: Any, **kwargs: Any) -> Any:
        return self

    monkeypatch.setattr("portal.serials.querysets.SerialQuerySet.select_for_update", unlocked)
    results = _allocate_twice(monkeypatch)
    crashed = [each for each in results if isinstance(each, Exception) and not isinstance(each, Conflict)]
    said_twice = SerialMove.objects.filter(target="allocated").count() == 2
    assert crashed or said_twice
