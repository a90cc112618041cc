"""Stock that becomes free goes to whoever waited longest (docs/decisions/0009)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal.foundation.access import system_actor
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.supplies.models import Order, OrderLine, Reservation, StockLevel
from portal.supplies.permissions import DECIDE_FOR_SITE
from portal.supplies.services import allocate_waiting as allocating
from portal.supplies.services.adjust_stock import AdjustStock, adjust_stock
from portal.supplies.services.allocate_waiting import allocate_waiting
from portal.supplies.services.approve_order import approve_for_site
from portal.supplies.services.give_stock import give_stock
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.tests.factories import StoreFactory, contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, only_line, order, shelf

pytestmark = pytest.mark.django_db


def _receive(level: StockLevel, packs: int) -> None:
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=packs, note="DN2"))


def _waiting(level: StockLevel, *packs: int) -> list[Order]:
    """Orders of so many packs, the first placed longest ago."""
    placed = [order(contractor_actor(), level.item, each) for each in packs]
    for age, each in enumerate(reversed(placed)):
        OrderLine.objects.filter(order=each).update(placed_at=timezone.now() - timedelta(hours=age))
    return placed


def test_the_oldest_order_is_served_first() -> None:
    level = shelf()
    first, second, third = _waiting(level, 4, 4, 4)
    _receive(level, 9)
    assert [only_line(each).state for each in (first, second, third)] == ["accepted", "accepted", "back_ordered"]
    assert Reservation.objects.get(line__order=third).quantity == 1
    assert_books_are_right()


def test_the_age_of_the_order_decides_not_its_number() -> None:
    level = shelf()
    older, newer = _waiting(level, 4, 4)
    OrderLine.objects.filter(order=newer).update(placed_at=timezone.now() - timedelta(days=3))
    _receive(level, 4)
    assert only_line(newer).state == "accepted"
    assert only_line(older).state == "back_ordered"


def test_a_served_order_is_accepted_promised_and_told() -> None:
    level = shelf()
    (placed,) = _waiting(level, 4)
    _receive(level, 4)
    now = Order.objects.get(pk=placed.pk)
    event = AuditEvent.objects.about("order", placed.reference).last()
    assert now.state == "accepted"
    assert now.promised_on is not None and now.promised_on == only_line(placed).promised_on
    assert event.type == "supplies.lines_allocated"
    assert event.payload == {"items": [level.item.code]}
    assert event.organisation_id == placed.organisation_id


def test_an_order_with_another_line_that_waits_has_no_date_yet() -> None:
    one, other = shelf(), shelf()
    placed = place(contractor_actor(), (one.item, 2), (other.item, 2))
    _receive(one, 2)
    now = Order.objects.get(pk=placed.pk)
    assert (now.state, now.promised_on) == ("accepted", None)
    assert_books_are_right()


def test_a_line_is_filled_up_over_several_receipts() -> None:
    level = shelf()
    (placed,) = _waiting(level, 5)
    for packs in (2, 2, 1):
        assert only_line(placed).state == "back_ordered"
        _receive(level, packs)
    assert only_line(placed).state == "accepted"
    assert Reservation.objects.get(line__order=placed).quantity == 5
    assert_books_are_right()


def test_stock_of_two_stores_fills_one_line_the_nearer_store_first() -> None:
    near = shelf()
    far = shelf(item=near.item, store=StoreFactory(code="YORK", priority=20))
    (placed,) = _waiting(near, 5)
    _receive(far, 2)
    _receive(near, 9)
    held = dict(Reservation.objects.filter(line__order=placed).values_list("level__store__code", "quantity"))
    assert held == {"LEEDS": 3, "YORK": 2}
    assert_books_are_right()


def test_a_store_that_does_not_serve_gives_nothing() -> None:
    level = shelf()
    (placed,) = _waiting(level, 2)
    level.store.is_active = False
    level.store.save(update_fields=["is_active"])
    _receive(level, 2)
    assert only_line(placed).state == "back_ordered"


def test_what_was_found_goes_to_waiting_orders_too() -> None:
    level = shelf()
    (placed,) = _waiting(level, 2)
    adjust_stock(KEEPER, AdjustStock(store=level.store.code, item=level.item.code, quantity=2, reason="found", note=""))
    assert only_line(placed).state == "accepted"


def test_a_call_looks_at_a_bounded_number_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocating, "BATCH", 2)
    level = shelf()
    placed = _waiting(level, 1, 1, 1)
    _receive(level, 10)
    assert [only_line(each).state for each in placed] == ["accepted", "accepted", "back_ordered"]
    assert give_stock(KEEPER, level.item.code) == 1
    assert only_line(placed[2]).state == "accepted"
    assert give_stock(KEEPER, level.item.code) == 0
    assert_books_are_right()


def test_the_work_of_a_receipt_does_not_grow_with_other_items(django_assert_max_num_queries: Any) -> None:
    level = shelf()
    with django_assert_max_num_queries(20):
        _receive(level, 1)


def test_a_practice_that_frees_stock_serves_others_without_appearing_there() -> None:
    level = shelf()
    (placed,) = _waiting(level, 2)
    StockLevel.objects.filter(pk=level.pk).update(on_hand=2)  # as if a cancellation had set them free
    canceller = contractor_actor()
    set_scope("contractor", canceller.organisation_id)
    allocate_waiting(canceller, [level.item_id])
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('portal.scope')")
        assert cursor.fetchone()[0] == "contractor"
    set_scope("system")
    event = AuditEvent.objects.about("order", placed.reference).last()
    assert only_line(placed).state == "accepted"
    assert (event.actor_name, event.actor_user_id) == ("The portal", None)


def test_nothing_is_given_when_nothing_is_free() -> None:
    level = shelf()
    _waiting(level, 2)
    assert allocate_waiting(KEEPER, [level.item_id]) == []


def test_lines_awaiting_approval_or_on_hold_get_nothing_yet() -> None:
    level = shelf()
    (placed,) = _waiting(level, 2)
    line = only_line(placed)
    line.state = "on_hold"
    line.save(update_fields=["state"])
    _receive(level, 5)
    assert not Reservation.objects.filter(line=line).exists()


def test_stock_that_came_while_an_order_awaited_approval_is_given_when_it_is_approved() -> None:
    level = shelf()
    level.item.approval_required = True
    level.item.save(update_fields=["approval_required"])
    placed = order(contractor_actor(), level.item, 2)
    _receive(level, 5)
    assert only_line(placed).state == "awaiting_approval"
    approver = replace(system_actor("Approver", DECIDE_FOR_SITE), user_id=999_999)
    assert approve_for_site(approver, placed.reference).state == "accepted"
    assert Reservation.objects.get(line__order=placed).quantity == 2
    assert_books_are_right()
