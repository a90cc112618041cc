"""A count that is agreed with while a picker's box leaves, and two people who decide one count (R4).

The shelf's lock keeps count and hand-over apart. Each race has a half with the lock taken out, in which the
books are seen to be wrong, or only a constraint of the database stood in the way.
"""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.errors import Conflict
from portal.foundation.invariants import find_broken
from portal.supplies.models import StockCount, StockLevel
from portal.supplies.services import lock_levels as locking
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.stock_books import KEEPER, SECOND_PERSON, assert_books_are_right, order, shelf
from portal.supplies.tests.warehouse import packed, staff_actor
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _without_locks(item_ids: list[int], **_: object) -> list[StockLevel]:
    return list(StockLevel.objects.select_related("store", "item").filter(item_id__in=item_ids).order_by("id"))


def _a_count(level: StockLevel) -> StockCount:
    level.refresh_from_db()
    command = CountStock(store=level.store.code, item=level.item.code, counted=level.on_hand - 2, seen=level.on_hand)
    count = count_stock(KEEPER, command)
    assert count is not None
    return count


def _agree_while_a_box_leaves(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], StockLevel]:
    level = shelf(10)
    box = packed(order(contractor_actor(), level.item, 3))
    count = _a_count(level)
    meeting = Meeting()
    meeting.after(monkeypatch, "portal.supplies.services.decide_count.lock_level")
    meeting.after(monkeypatch, "portal.supplies.services.hand_over.lock_levels")
    results = at_once(
        lambda: approve_count(SECOND_PERSON, DecideCount(count=count.reference)),
        lambda: hand_over(staff_actor(), HandOver(consignment=box.reference, carrier="DPD")),
    )
    level.refresh_from_db()
    return results, level


def test_a_count_and_a_box_that_leaves_are_both_in_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    results, level = _agree_while_a_box_leaves(monkeypatch)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert (level.on_hand, level.reserved) == (5, 0)
    assert_books_are_right()


def test_without_the_lock_one_of_the_two_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "lock_levels", _without_locks)
    monkeypatch.setattr("portal.supplies.services.hand_over.lock_levels", _without_locks)
    _, level = _agree_while_a_box_leaves(monkeypatch)
    assert level.on_hand != 5
    assert "supplies.stock_is_its_movements" in {each.invariant.code for each in find_broken()}


def _decide_twice(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], StockLevel]:
    level = shelf(10)
    count = _a_count(level)
    Meeting().after(monkeypatch, "portal.supplies.services.decide_count._find")
    decide = DecideCount(count=count.reference)
    results = at_once(lambda: approve_count(SECOND_PERSON, decide), lambda: approve_count(SECOND_PERSON, decide))
    level.refresh_from_db()
    return results, level


def test_two_people_who_agree_at_once_change_the_books_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results, level = _decide_twice(monkeypatch)
    assert level.on_hand == 8
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "StockCount"]


def test_without_the_lock_the_difference_is_booked_twice_or_stopped_by_the_trigger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locking, "lock_levels", _without_locks)
    results, level = _decide_twice(monkeypatch)
    stopped = [each for each in results if isinstance(each, Exception) and not isinstance(each, Conflict)]
    assert level.on_hand != 8 or not stopped
