"""A wave begun twice, a transfer or a count while a picker works: the shelf's lock keeps them apart (J24, J25, R4).

Each race has a half with the lock taken out that is seen to do harm, or to be stopped only by the database.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.invariants import find_broken
from portal.supplies.models import (
    BatchPick,
    Consignment,
    ConsignmentLine,
    Order,
    PickWave,
    Reservation,
    StockBatch,
    StockLevel,
)
from portal.supplies.services import lock_levels as locking
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.start_picking import start_picking
from portal.supplies.services.start_wave import StartWave, start_wave
from portal.supplies.services.transfer_stock import TransferStock, transfer_stock
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, StoreFactory, contractor_actor
from portal.supplies.tests.stock_books import KEEPER, SECOND_PERSON, assert_books_are_right, order, shelf
from portal.supplies.tests.warehouse import packed, staff_actor
from tests.races.meeting import Meeting, at_once, let_the_others_by

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SERVICES = "portal.supplies.services"


def _without_locks(item_ids: list[int], **_: object) -> list[StockLevel]:
    return list(StockLevel.objects.select_related("store", "item").filter(item_id__in=item_ids).order_by("id"))


def _unlocked(self: Any, **_: object) -> Any:
    return self


def _broken() -> set[str]:
    return {each.invariant.code for each in find_broken()}


def _wave_twice(monkeypatch: pytest.MonkeyPatch, of: int = 3) -> tuple[list[Any], list[Order]]:
    item = shelf(20).item
    orders = [order(contractor_actor(), item, 2) for _ in range(of)]
    Order.objects.filter(id__in=[each.id for each in orders]).update(delivery_postcode="LS1 4AP")
    Meeting().after(monkeypatch, f"{SERVICES}.start_wave.lock_levels")  # both have read what is left to pick by then
    Meeting().after(monkeypatch, f"{SERVICES}.start_picking._put_aside")
    command = StartWave(store="LEEDS", carrier="Own driver", route="Leeds round")
    results = at_once(
        lambda: start_wave(staff_actor(), command), lambda: start_wave(staff_actor(user_id=900_002), command)
    )
    return results, orders


def test_two_who_begin_the_same_wave_make_one_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    results, orders = _wave_twice(monkeypatch)
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "PickWave"]
    wave = PickWave.objects.get()
    assert set(Consignment.objects.values_list("wave", "order")) == {(wave.id, each.id) for each in orders}
    assert_books_are_right()


def test_without_the_locks_orders_are_in_two_waves_or_the_database_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one order: of several, the second is read late enough to end the whole walk."""
    monkeypatch.setattr("portal.supplies.querysets.OrderQuerySet.select_for_update", _unlocked)
    results, orders = _wave_twice(monkeypatch, of=1)
    twice = Consignment.objects.count() > len(orders)
    stopped = [each for each in results if isinstance(each, Exception) and not isinstance(each, Conflict)]
    assert twice or stopped, results


def _one_batch() -> tuple[StockLevel, Order]:
    """Two packs that expire soon, eight that last, and an order that wants two of them."""
    level = StockLevelFactory(item=CatalogueItemFactory(item_class="clinical"), on_hand=0)
    StoreFactory(code="YORK", name="York store", priority=2)
    for batch, packs, days in (("SOON", 2, 30), ("LATER", 8, 300)):
        receive_stock(
            KEEPER,
            ReceiveStock(
                store=level.store.code, item=level.item.code, quantity=packs, note="DN", batch=batch,
                expires_on=timezone.localdate() + timedelta(days=days),
            ),
        )  # fmt: skip
    return level, order(contractor_actor(), level.item, 2)


def _transfer_while_picking(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    level, wanted = _one_batch()
    soon = BatchName(code="SOON", expires_on=timezone.localdate() + timedelta(days=30))
    meeting = Meeting()
    meeting.after(monkeypatch, f"{SERVICES}.keep_batches._usable_batches")
    meeting.after(monkeypatch, f"{SERVICES}.transfer_stock.lock_levels")
    command = TransferStock(store=level.store.code, item=level.item.code, to="YORK", quantity=2, batch=soon)
    return at_once(lambda: start_picking(staff_actor(), wanted.reference), lambda: transfer_stock(KEEPER, command))


def test_packs_are_picked_or_transferred_but_not_both(monkeypatch: pytest.MonkeyPatch) -> None:
    picked, moved = _transfer_while_picking(monkeypatch)
    assert isinstance(picked, Consignment)
    batch = BatchPick.objects.get().batch
    assert batch.code == ("SOON" if isinstance(moved, InvalidInput) else "LATER")
    assert_books_are_right()


def test_without_the_lock_packs_that_went_to_another_store_are_picked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 24 November 2026: the constraint of the batch was all that stood in the way."""
    monkeypatch.setattr(f"{SERVICES}.start_picking.lock_levels", lambda item_ids: [])
    results = _transfer_while_picking(monkeypatch)
    stopped = [each for each in results if isinstance(each, Exception) and not isinstance(each, InvalidInput)]
    held = StockBatch.objects.filter(code="SOON", level__store__code="LEEDS").first() if not stopped else None
    assert stopped or (held and held.held > held.on_hand) or _broken()


def _agree_while_picking(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], StockLevel, Order]:
    """Five packs in the books, all promised to one order; the count found three."""
    level = shelf(5)
    wanted = order(contractor_actor(), level.item, 5)
    level.refresh_from_db()
    found = count_stock(KEEPER, CountStock(store=level.store.code, item=level.item.code, counted=3, seen=5))
    assert found is not None
    meeting = Meeting()
    meeting.after(monkeypatch, f"{SERVICES}.start_picking._put_aside")
    meeting.after(monkeypatch, f"{SERVICES}.decide_count.lock_level")
    results = at_once(
        lambda: start_picking(staff_actor(), wanted.reference),
        lambda: approve_count(SECOND_PERSON, DecideCount(count=found.reference)),
    )
    level.refresh_from_db()
    return results, level, wanted


def _promised_and_taken(wanted: Order) -> tuple[int, int]:
    """Packs that are put aside for the order, and packs that pickers are told to take for it."""
    aside = sum(Reservation.objects.filter(line__order=wanted).values_list("quantity", flat=True))
    return aside, sum(ConsignmentLine.objects.filter(consignment__order=wanted).values_list("quantity", flat=True))


def test_a_picker_is_not_sent_for_packs_that_a_count_took_away(monkeypatch: pytest.MonkeyPatch) -> None:
    (picked, agreed), level, wanted = _agree_while_picking(monkeypatch)
    aside, taken = _promised_and_taken(wanted)
    assert isinstance(picked, Consignment) and taken == aside
    assert (level.on_hand, taken) == ((5, 5) if isinstance(agreed, Conflict) else (3, 3))
    assert_books_are_right()


def test_without_the_order_lock_a_picker_is_sent_for_packs_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 24 November 2026: the picker's list says five, and three are on the shelf; or the database stops it."""
    monkeypatch.setattr("portal.supplies.querysets.OrderQuerySet.select_for_update", _unlocked)
    results, _, wanted = _agree_while_picking(monkeypatch)
    aside, taken = _promised_and_taken(wanted)
    stopped = [each for each in results if isinstance(each, Exception) and not isinstance(each, Conflict)]
    assert stopped or taken > aside


def _count_while_a_box_leaves(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], StockLevel]:
    """The count agrees with the books that it read. Before it is written three packs leave, or wait for the lock."""
    level = shelf(10)
    box = packed(order(contractor_actor(), level.item, 3))
    read = Meeting()

    def lock_then_wait(level: StockLevel) -> StockLevel:
        found = locking.lock_level(level)
        read.wait()
        let_the_others_by()
        return found

    def leave() -> Consignment:
        read.wait()
        return hand_over(staff_actor(), HandOver(consignment=box.reference, carrier="DPD"))

    monkeypatch.setattr(f"{SERVICES}.count_stock.lock_level", lock_then_wait)
    command = CountStock(store=level.store.code, item=level.item.code, counted=10, seen=10)
    results = at_once(lambda: count_stock(KEEPER, command), leave)
    level.refresh_from_db()
    return results, level


def test_a_count_that_agrees_does_not_put_back_what_left(monkeypatch: pytest.MonkeyPatch) -> None:
    (counted, left), level = _count_while_a_box_leaves(monkeypatch)
    assert counted is None and isinstance(left, Consignment)
    assert level.on_hand == 7
    assert_books_are_right()


def test_without_the_lock_the_count_writes_over_what_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "lock_levels", _without_locks)
    monkeypatch.setattr(f"{SERVICES}.hand_over.lock_levels", _without_locks)
    _, level = _count_while_a_box_leaves(monkeypatch)
    assert level.on_hand == 10
    assert "supplies.stock_is_its_movements" in _broken()


def _transfer_while_a_box_leaves(monkeypatch: pytest.MonkeyPatch) -> StockLevel:
    level = shelf(10)
    StoreFactory(code="YORK", name="York store", priority=20)
    box = packed(order(contractor_actor(), level.item, 3))
    meeting = Meeting()
    meeting.after(monkeypatch, f"{SERVICES}.transfer_stock.lock_levels")
    meeting.after(monkeypatch, f"{SERVICES}.hand_over.lock_levels")
    command = TransferStock(store=level.store.code, item=level.item.code, to="YORK", quantity=4)
    results = at_once(
        lambda: transfer_stock(KEEPER, command),
        lambda: hand_over(staff_actor(), HandOver(consignment=box.reference, carrier="DPD")),
    )
    assert [each for each in results if isinstance(each, Exception)] == []
    level.refresh_from_db()
    return level


def test_a_transfer_and_a_box_that_leaves_are_both_in_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    level = _transfer_while_a_box_leaves(monkeypatch)
    assert (level.on_hand, level.reserved) == (3, 0)
    assert_books_are_right()


def test_without_the_lock_the_transfer_or_the_box_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    for service in ("transfer_stock", "hand_over"):
        monkeypatch.setattr(f"{SERVICES}.{service}.lock_levels", _without_locks)
    level = _transfer_while_a_box_leaves(monkeypatch)
    assert level.on_hand != 3
    assert "supplies.stock_is_its_movements" in _broken()


def _last_packs_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Two boxes of one batch's last packs; the second pack was put into the basket by two pickers at once."""
    level, wanted = _one_batch()
    box = start_picking(staff_actor(), wanted.reference)
    Meeting().after(monkeypatch, f"{SERVICES}.pick_item._on_the_list")
    command = PickItem(consignment=box.reference, item_code=level.item.code, quantity=2)
    return at_once(lambda: pick_item(staff_actor(), command), lambda: pick_item(staff_actor(user_id=900_002), command))


def test_two_pickers_of_one_list_scan_the_last_packs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _last_packs_twice(monkeypatch)
    assert sorted(type(each).__name__ for each in results) == ["ConsignmentLine", "InvalidInput"]
    assert ConsignmentLine.objects.get().picked == 2


def test_without_the_lock_both_are_told_that_they_have_the_last_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(actor: Any, reference: str) -> tuple[Order, Consignment]:
        found = Consignment.objects.select_related("order", "store").get(reference=reference)
        return found.order, found

    monkeypatch.setattr(f"{SERVICES}.pick_item.lock_consignment", unlocked)
    results = _last_packs_twice(monkeypatch)
    assert [type(each).__name__ for each in results] == ["ConsignmentLine", "ConsignmentLine"]
