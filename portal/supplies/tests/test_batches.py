"""Batches: first expired, first out; out of date never; the shelf is always the sum of its batches (J24, J25, R4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.item_values import values_of
from portal.supplies.models import BatchPick, Consignment, StockBatch, StockLevel
from portal.supplies.services.adjust_stock import AdjustStock, adjust_stock
from portal.supplies.services.cancel_consignment import cancel_consignment
from portal.supplies.services.change_item import ChangeItem, change_item
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.pack_consignment import PackConsignment, pack_consignment, reopen_consignment
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.remove_expired import remove_expired
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tasks import remove_expired_stock
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, only_line, order
from portal.supplies.tests.warehouse import packed, picked, staff_actor

pytestmark = pytest.mark.django_db


def needles(**fields: object) -> StockLevel:
    return StockLevelFactory(item=CatalogueItemFactory(item_class="clinical", **fields), on_hand=0)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def book_in(level: StockLevel, batch: str, packs: int, *, days: int) -> None:
    command = ReceiveStock(
        store=level.store.code, item=level.item.code, quantity=packs, note="DN1", purchase="PO 77", batch=batch,
        expires_on=in_days(days),
    )  # fmt: skip
    receive_stock(KEEPER, command)


def goes_out_of_date(batch: str) -> None:
    """A day passes for one batch: its date is moved instead of the clock."""
    StockBatch.objects.filter(code=batch).update(expires_on=timezone.localdate())


def taken(consignment: Consignment) -> dict[str, int]:
    picks = BatchPick.objects.filter(consignment_line__consignment=consignment)
    return {pick.batch.code: pick.quantity for pick in picks.select_related("batch")}


def on_hand(level: StockLevel) -> dict[str, int]:
    return dict(StockBatch.objects.filter(level=level, on_hand__gt=0).values_list("code", "on_hand"))


def test_what_expires_first_goes_out_first_whatever_came_in_first() -> None:
    level = needles()
    book_in(level, "LATE", 10, days=400)
    book_in(level, "EARLY", 3, days=40)
    consignment = start_picking(staff_actor(), order(contractor_actor(), level.item, 5).reference)
    assert taken(consignment) == {"EARLY": 3, "LATE": 2}
    assert_books_are_right()


def test_handing_over_takes_the_packs_out_of_the_batches_that_were_picked() -> None:
    level = needles()
    book_in(level, "A", 3, days=40)
    book_in(level, "B", 10, days=80)
    consignment = packed(order(contractor_actor(), level.item, 5))
    hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD"))
    assert on_hand(level) == {"B": 8}
    assert taken(consignment) == {"A": 3, "B": 2}  # kept, so that a batch can be recalled
    assert_books_are_right()


def test_two_orders_do_not_hold_the_same_packs() -> None:
    level = needles()
    book_in(level, "A", 4, days=40)
    book_in(level, "B", 4, days=80)
    first = start_picking(staff_actor(), order(contractor_actor(), level.item, 3).reference)
    second = start_picking(staff_actor(), order(contractor_actor(), level.item, 3).reference)
    assert (taken(first), taken(second)) == ({"A": 3}, {"A": 1, "B": 2})
    assert_books_are_right()


def test_a_batch_that_is_out_of_date_is_never_held() -> None:
    level = needles()
    book_in(level, "OLD", 5, days=1)
    book_in(level, "NEW", 5, days=90)
    placed = order(contractor_actor(), level.item, 4)
    goes_out_of_date("OLD")
    assert taken(start_picking(staff_actor(), placed.reference)) == {"NEW": 4}
    assert_books_are_right()


def test_what_goes_out_of_date_between_list_and_scan_is_replaced_or_refused() -> None:
    level = needles()
    book_in(level, "OLD", 5, days=1)
    book_in(level, "NEW", 2, days=90)
    consignment = start_picking(staff_actor(), order(contractor_actor(), level.item, 4).reference)
    assert taken(consignment) == {"OLD": 4}
    goes_out_of_date("OLD")
    scan = PickItem(consignment=consignment.reference, item_code=level.item.code)
    pick_item(staff_actor(), replace(scan, quantity=2))
    assert taken(consignment) == {"NEW": 2}
    with pytest.raises(InvalidInput, match="Only 2 of"), transaction.atomic():
        pick_item(staff_actor(), scan)


@pytest.mark.parametrize("step", ["pack", "hand over"])
def test_a_box_with_something_out_of_date_neither_closes_nor_leaves(step: str) -> None:
    level = needles()
    book_in(level, "OLD", 5, days=1)
    consignment = picked(order(contractor_actor(), level.item, 2))
    pack = PackConsignment(consignment=consignment.reference)
    if step == "hand over":
        pack_consignment(staff_actor(), pack)
    goes_out_of_date("OLD")
    with pytest.raises(Conflict, match="Batch OLD of"), transaction.atomic():
        if step == "pack":
            pack_consignment(staff_actor(), pack)
        else:
            hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD"))


def test_the_database_itself_refuses_to_pick_what_is_out_of_date() -> None:
    level = needles()
    book_in(level, "A", 5, days=40)
    line = picked(order(contractor_actor(), level.item, 2)).lines.get()
    StockBatch.objects.filter(code="A").update(expires_on=in_days(-2))
    batch = StockBatch.objects.get(code="A")
    BatchPick.objects.filter(consignment_line=line).delete()
    with pytest.raises(IntegrityError, match="out of date"), transaction.atomic():
        BatchPick.objects.create(consignment_line=line, batch=batch, quantity=1)
    StockBatch.objects.filter(code="A").update(held=0)


@pytest.mark.parametrize("table", ["level", "batch"])
def test_the_database_itself_keeps_the_shelf_and_its_batches_equal(table: str) -> None:
    level = needles()
    book_in(level, "A", 5, days=40)
    with pytest.raises(IntegrityError, match="must hold"), transaction.atomic():
        if table == "level":
            StockLevel.objects.filter(pk=level.pk).update(on_hand=6)
        else:
            StockBatch.objects.filter(level=level).update(on_hand=4)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")


def test_packs_that_stay_behind_and_packs_put_back_are_free_for_others() -> None:
    level = needles()
    book_in(level, "A", 3, days=40)
    book_in(level, "B", 5, days=80)
    first = order(contractor_actor(), level.item, 5)
    consignment = picked(first, **{level.item.code.replace("-", "_"): 3})
    pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference, short_is_right=True))
    assert taken(consignment) == {"A": 2}
    assert_books_are_right()
    reopen_consignment(staff_actor(), consignment.reference)
    assert taken(consignment) == {"A": 3, "B": 2}
    cancel_consignment(staff_actor(), consignment.reference)
    assert taken(consignment) == {}
    assert not StockBatch.objects.filter(held__gt=0).exists()
    assert_books_are_right()


def test_what_is_not_on_the_shelf_is_written_off_its_batches() -> None:
    level = needles()
    book_in(level, "A", 3, days=40)
    consignment = picked(order(contractor_actor(), level.item, 3), **{level.item.code.replace("-", "_"): 1})
    command = PackConsignment(
        consignment=consignment.reference, short_is_right=True, not_on_shelf=frozenset([level.item.code])
    )
    pack_consignment(staff_actor(), command)
    assert on_hand(level) == {"A": 2}
    assert_books_are_right()


def test_what_is_out_of_date_comes_off_the_books_and_the_newest_order_waits() -> None:
    level = needles()
    book_in(level, "OLD", 5, days=1)
    book_in(level, "NEW", 5, days=90)
    older, newer = order(contractor_actor(), level.item, 4), order(contractor_actor(), level.item, 4)
    goes_out_of_date("OLD")
    remove_expired_stock()
    assert on_hand(level) == {"NEW": 5}
    assert (only_line(older).state, only_line(newer).state) == ("accepted", "back_ordered")
    assert_books_are_right()


def test_what_a_picker_looks_for_stays_on_the_books_another_night() -> None:
    level = needles()
    book_in(level, "OLD", 5, days=1)
    placed = order(contractor_actor(), level.item, 4)
    goes_out_of_date("OLD")
    start_picking(staff_actor(), placed.reference)
    assert remove_expired(KEEPER, level) == 1
    assert on_hand(level) == {"OLD": 4}
    assert_books_are_right()


def test_clinical_goods_do_not_come_in_without_batch_and_date() -> None:
    level = needles()
    command = ReceiveStock(store=level.store.code, item=level.item.code, quantity=5, note="DN1")
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        receive_stock(KEEPER, command)
    assert set(refused.value.errors) == {"batch", "expires_on"}
    with pytest.raises(InvalidInput, match="out of date"), transaction.atomic():
        receive_stock(KEEPER, replace(command, batch="A", expires_on=timezone.localdate()))


def test_an_adjustment_takes_from_the_batch_it_names_and_finds_are_of_an_unknown_batch() -> None:
    level = needles()
    book_in(level, "A", 5, days=40)
    book_in(level, "B", 5, days=80)
    where = {"store": level.store.code, "item": level.item.code}
    damaged = AdjustStock(**where, quantity=2, reason="damaged", batch=BatchName(code="B", expires_on=in_days(80)))
    adjust_stock(KEEPER, damaged)
    adjust_stock(KEEPER, AdjustStock(**where, quantity=1, reason="found"))
    assert on_hand(level) == {"A": 5, "B": 3, "": 1}
    with pytest.raises(InvalidInput, match="not in the batch"), transaction.atomic():
        adjust_stock(KEEPER, replace(damaged, quantity=4))
    assert_books_are_right()


def test_an_item_becomes_clinical_only_while_its_shelves_are_empty() -> None:
    level = StockLevelFactory(on_hand=3)
    clinical = replace(values_of(level.item), item_class="clinical")
    with pytest.raises(InvalidInput, match="Empty the shelves"), transaction.atomic():
        change_item(KEEPER, ChangeItem(version=1, values=clinical))
    StockLevel.objects.filter(pk=level.pk).update(on_hand=0)
    assert change_item(KEEPER, ChangeItem(version=1, values=clinical)).kept_in_batches
