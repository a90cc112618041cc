"""Goods in, adjustments, counts and expected deliveries: never negative, always in the ledger (J24, R4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.supplies.models import Order, Reservation, StockLevel, StockMovement
from portal.supplies.permissions import COUNT_STOCK, VIEW_STOCK
from portal.supplies.services.adjust_stock import REASONS, AdjustStock, adjust_stock
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.services.expect_stock import ExpectStock, expect_stock
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.tests.factories import StockLevelFactory, StoreFactory, contractor_actor, place
from portal.supplies.tests.stock_books import (
    KEEPER,
    SECOND_PERSON,
    assert_books_are_right,
    count,
    item,
    only_line,
    order,
    shelf,
)

pytestmark = pytest.mark.django_db


def _receive(level: StockLevel, quantity: int, note: str = "DN7") -> StockLevel:
    command = ReceiveStock(store=level.store.code, item=level.item.code, quantity=quantity, note=note)
    return receive_stock(KEEPER, command)


def _adjust(level: StockLevel, quantity: int, reason: str = "damaged", note: str = "Water.") -> StockLevel:
    command = AdjustStock(store=level.store.code, item=level.item.code, quantity=quantity, reason=reason, note=note)
    return adjust_stock(KEEPER, command)


_count = count


# Goods in ------------------------------------------------------------------------------------------


def test_goods_in_are_on_the_shelf_and_in_the_ledger() -> None:
    level = shelf(10)
    after = _receive(level, 5, note="DN-99")
    movement = StockMovement.objects.filter(level=level).latest("id")
    assert after.on_hand == 15
    assert (movement.kind, movement.quantity, movement.balance, movement.reference) == ("receipt", 5, 15, "DN-99")
    assert_books_are_right()


def test_goods_in_leave_an_event_with_the_note() -> None:
    level = shelf()
    _receive(level, 5, note="DN-99")
    event = AuditEvent.objects.about("stocklevel", level.reference).get()
    assert (event.type, event.payload) == ("supplies.stock_received", {"quantity": 5, "note": "DN-99"})


def test_goods_in_for_an_item_without_a_shelf_make_one() -> None:
    store, new = StoreFactory(), item()
    receive_stock(KEEPER, ReceiveStock(store=store.code, item=new.code, quantity=3, note="DN1"))
    assert StockLevel.objects.get(item=new).on_hand == 3


def test_goods_in_clear_the_day_they_were_expected_on() -> None:
    level = shelf()
    expect_stock(
        KEEPER,
        ExpectStock(store=level.store.code, item=level.item.code, expected_on=timezone.localdate() + timedelta(days=3)),
    )
    assert _receive(level, 1).expected_on is None


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_goods_in_need_a_sensible_quantity(quantity: int) -> None:
    level = shelf()
    with pytest.raises(InvalidInput):
        _receive(level, quantity)


def test_a_shelf_has_a_limit_that_no_slip_of_the_keyboard_passes() -> None:
    level = StockLevelFactory(on_hand=9_999_999)
    with pytest.raises(InvalidInput, match="more than"):
        _receive(level, 1_000_000)


def test_goods_in_need_a_note_and_known_codes() -> None:
    level = shelf()
    with pytest.raises(InvalidInput, match="delivery note"), transaction.atomic():
        _receive(level, 1, note="  ")
    with pytest.raises(NotFound):
        receive_stock(KEEPER, ReceiveStock(store="NOWHERE", item=level.item.code, quantity=1, note="x"))


def test_goods_in_need_the_right_to_book_them() -> None:
    with pytest.raises(Refused):
        receive_stock(system_actor("Reader", VIEW_STOCK), ReceiveStock(store="A", item="B", quantity=1, note="x"))


# Adjustments ---------------------------------------------------------------------------------------


def test_an_adjustment_takes_off_or_adds_by_its_reason() -> None:
    level = shelf(10)
    assert _adjust(level, 3, "damaged").on_hand == 7
    assert _adjust(level, 2, "found").on_hand == 9
    movement = StockMovement.objects.filter(level=level).latest("id")
    assert (movement.quantity, movement.reason) == (2, "Found on another shelf. Water.")
    assert_books_are_right()


def test_an_adjustment_never_takes_what_is_promised() -> None:
    level = shelf(10)
    order(contractor_actor(), level.item, 6)
    with pytest.raises(InvalidInput, match="Only 4 of 10 are free"):
        _adjust(level, 5)


def test_an_adjustment_never_takes_more_than_is_there() -> None:
    level = shelf(2)
    with pytest.raises(InvalidInput, match="only 2 on the shelf"):
        _adjust(level, 3)


@pytest.mark.parametrize("reason", [code for code, reason in REASONS.items() if reason.note_needed])
def test_some_reasons_need_a_note(reason: str) -> None:
    level = shelf(2)
    with pytest.raises(InvalidInput) as caught:
        _adjust(level, 1, reason, note=" ")
    assert "note" in caught.value.errors


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(InvalidInput):
        _adjust(shelf(2), 1, "because")


# Counts --------------------------------------------------------------------------------------------


def test_a_count_that_agrees_is_recorded_too() -> None:
    level = shelf(10)
    _count(level, 10)
    movement = StockMovement.objects.filter(level=level).latest("id")
    assert (movement.kind, movement.quantity, movement.reason) == ("count", 0, "The shelf agrees with the books.")
    assert_books_are_right()


def test_a_count_makes_the_books_say_what_is_there() -> None:
    level = shelf(10)
    assert _count(level, 7).on_hand == 7
    event = AuditEvent.objects.about("stocklevel", level.reference).last()
    assert event.payload == {"counted": 7, "expected": 10}
    assert_books_are_right()


def test_a_count_of_less_than_is_promised_takes_from_the_newest_order_first() -> None:
    level = shelf(10)
    first, second, third = (order(contractor_actor(), level.item, 3) for _ in range(3))
    after = _count(level, 5)
    assert (after.on_hand, after.reserved) == (5, 5)
    assert [only_line(each).state for each in (first, second, third)] == ["accepted", "back_ordered", "back_ordered"]
    assert Reservation.objects.get(line__order=second).quantity == 2
    assert not Reservation.objects.filter(line__order=third).exists()
    assert Order.objects.get(pk=third.pk).state == "back_ordered"
    assert_books_are_right()


def test_an_order_that_lost_its_packs_says_so_and_is_promised_anew() -> None:
    level = shelf(3)
    placed = order(contractor_actor(), level.item, 3)
    _count(level, 0)
    event = AuditEvent.objects.about("order", placed.reference).last()
    assert event.type == "supplies.reservations_lost"
    assert event.organisation_id == placed.organisation_id
    assert only_line(placed).promised_on is None
    assert Order.objects.get(pk=placed.pk).promised_on is None


def test_packs_lost_in_one_store_are_given_again_from_another() -> None:
    level = shelf(3)
    placed = order(contractor_actor(), level.item, 3)
    shelf(5, item=level.item, store=StoreFactory(code="YORK", priority=20))
    _count(level, 0)
    assert only_line(placed).state == "accepted"
    assert Reservation.objects.get(line__order=placed).level.store.code == "YORK"
    assert_books_are_right()


def test_a_count_is_refused_when_stock_moved_meanwhile() -> None:
    level = shelf(10)
    with pytest.raises(InvalidInput, match="now say 10"):
        _count(level, 7, seen=9)


def test_what_is_being_picked_is_not_taken_back() -> None:
    level = shelf(3)
    placed = order(contractor_actor(), level.item, 3)
    line = only_line(placed)
    line.state = "picking"
    line.save(update_fields=["state"])
    with pytest.raises(Conflict, match="being picked or packed hold 3"):
        _count(level, 2)


@pytest.mark.parametrize("counted", [-1, 10_000_001])
def test_a_count_has_sensible_bounds(counted: int) -> None:
    with pytest.raises(InvalidInput):
        _count(shelf(1), counted)


def test_a_count_needs_the_right_to_count() -> None:
    with pytest.raises(Refused):
        count_stock(system_actor("Reader", VIEW_STOCK), CountStock(store="A", item="B", counted=1, seen=1))


def test_a_counter_and_who_decides_need_no_other_right() -> None:
    level = shelf(3)
    order(contractor_actor(), level.item, 3)
    counter = system_actor("Counter", COUNT_STOCK)
    waits = count_stock(counter, CountStock(store=level.store.code, item=level.item.code, counted=1, seen=3))
    assert waits is not None
    approve_count(SECOND_PERSON, DecideCount(count=waits.reference))
    assert_books_are_right()


# Expected deliveries -------------------------------------------------------------------------------


def test_an_expected_delivery_gives_waiting_lines_a_date() -> None:
    level = shelf()
    placed = order(contractor_actor(), level.item, 3)
    assert placed.promised_on is None
    soon = timezone.localdate() + timedelta(days=20)
    expect_stock(KEEPER, ExpectStock(store=level.store.code, item=level.item.code, expected_on=soon))
    promised = only_line(placed).promised_on
    assert promised is not None and promised > soon
    assert Order.objects.get(pk=placed.pk).promised_on == promised
    assert AuditEvent.objects.about("order", placed.reference).last().type == "supplies.promise_changed"


def test_an_expected_delivery_can_be_taken_back() -> None:
    level = shelf()
    placed = order(contractor_actor(), level.item, 3)
    for when in (timezone.localdate() + timedelta(days=20), None):
        expect_stock(KEEPER, ExpectStock(store=level.store.code, item=level.item.code, expected_on=when))
    assert only_line(placed).promised_on is None


@pytest.mark.parametrize("days", [-1, 800])
def test_an_expected_delivery_is_in_the_near_future(days: int) -> None:
    level = shelf()
    when = timezone.localdate() + timedelta(days=days)
    with pytest.raises(InvalidInput):
        expect_stock(KEEPER, ExpectStock(store=level.store.code, item=level.item.code, expected_on=when))


def test_saying_the_same_day_again_leaves_no_event() -> None:
    level = shelf()
    command = ExpectStock(store=level.store.code, item=level.item.code, expected_on=None)
    expect_stock(KEEPER, command)
    assert not AuditEvent.objects.about("stocklevel", level.reference).exists()


# Never negative ------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["on_hand", "reserved"])
def test_the_database_itself_refuses_negative_stock(column: str) -> None:
    level = shelf(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLevel.objects.filter(pk=level.pk).update(**{column: -1})


_STEPS = st.lists(
    st.tuples(st.sampled_from(["receive", "adjust", "find", "count", "order"]), st.integers(1, 12)), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_no_sequence_of_steps_makes_the_books_wrong(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        level, buyer = shelf(), contractor_actor()
        for verb, packs in steps:
            try:
                with transaction.atomic():
                    if verb == "receive":
                        _receive(level, packs)
                    elif verb == "order":
                        place(buyer, (level.item, packs), reason="Property test.")
                    elif verb == "count":
                        _count(level, packs - 1)
                    else:
                        _adjust(level, packs, "damaged" if verb == "adjust" else "found")
            except InvalidInput:
                continue
        assert_books_are_right()
        transaction.set_rollback(True)
