"""Stock that two people change at once: no receipt is lost, nothing is given twice, nobody waits for ever (R4).

Each race is run as the code is and with its lock taken out; the second half asserts that harm is then done.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from portal.foundation.access import Actor
from portal.foundation.errors import InvalidInput
from portal.foundation.invariants import find_broken
from portal.supplies.models import Order, OrderLine, StockLevel
from portal.supplies.services import lock_levels as locking
from portal.supplies.services.allocate_waiting import allocate_waiting
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.tests.factories import contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, only_line, order, shelf
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _receive(level: StockLevel, packs: int) -> Callable[[], StockLevel]:
    command = ReceiveStock(store=level.store.code, item=level.item.code, quantity=packs, note="DN3")
    return lambda: receive_stock(KEEPER, command)


def _without_locks(item_ids: list[int]) -> list[StockLevel]:
    return list(StockLevel.objects.select_related("store", "item").filter(item_id__in=item_ids).order_by("id"))


def _codes_broken() -> set[str]:
    return {each.invariant.code for each in find_broken()}


def test_two_receipts_at_once_are_both_on_the_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    level = shelf(1)
    Meeting().after(monkeypatch, "portal.supplies.services.receive_stock.lock_level")
    at_once(_receive(level, 5), _receive(level, 7))
    level.refresh_from_db()
    assert level.on_hand == 13
    assert_books_are_right()


def test_without_the_lock_a_receipt_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    level = shelf(1)
    monkeypatch.setattr(locking, "lock_levels", _without_locks)
    Meeting().after(monkeypatch, "portal.supplies.services.receive_stock.lock_level")
    at_once(_receive(level, 5), _receive(level, 7))
    level.refresh_from_db()
    assert level.on_hand != 13
    assert "supplies.stock_is_its_movements" in _codes_broken()


def test_two_counts_at_once_do_not_both_believe_the_same_books(monkeypatch: pytest.MonkeyPatch) -> None:
    level = shelf(10)
    Meeting().after(monkeypatch, "portal.supplies.services.count_stock.lock_level")

    def count(found: int) -> Callable[[], StockLevel]:
        command = CountStock(store=level.store.code, item=level.item.code, counted=found, seen=10)
        return lambda: count_stock(KEEPER, command)

    results = at_once(count(8), count(7))
    assert sorted(type(each).__name__ for each in results) == ["InvalidInput", "StockCount"]
    assert any(isinstance(each, InvalidInput) and "waits for a second person" in each.sentence for each in results)
    assert_books_are_right()


def test_a_receipt_serves_a_waiting_order_once_while_others_order_and_receive() -> None:
    level = shelf()
    waiting = [order(contractor_actor(), level.item, 4) for _ in range(3)]
    buyers = [contractor_actor() for _ in range(3)]

    def buy(buyer: Actor) -> Callable[[], Order]:
        return lambda: place(buyer, (level.item, 2))

    results = at_once(*[_receive(level, 5) for _ in range(3)], *[buy(buyer) for buyer in buyers])
    assert [each for each in results if isinstance(each, Exception)] == []
    level.refresh_from_db()
    promised = sum(line.outstanding for line in OrderLine.objects.filter(state="accepted"))
    assert level.on_hand == 15
    assert level.reserved >= promised
    assert only_line(waiting[0]).state == "accepted"
    assert_books_are_right()


def test_an_order_that_somebody_is_changing_is_passed_over_not_waited_for() -> None:
    level = shelf()
    placed = order(contractor_actor(), level.item, 2)
    StockLevel.objects.filter(pk=level.pk).update(on_hand=2)

    def free_stock() -> list[Order]:
        with transaction.atomic():
            return allocate_waiting(KEEPER, [level.item_id])

    with transaction.atomic():
        Order.objects.select_for_update().get(pk=placed.pk)
        (passed_over,) = at_once(free_stock)
    assert passed_over == []
    assert only_line(placed).state == "back_ordered"
    (served,) = at_once(free_stock)
    assert [each.reference for each in served] == [placed.reference]
