"""Counts that differ: nobody decides their own, the difference is booked, the page says what follows (J24)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.foundation.errors import Conflict, InvalidInput, Refused
from portal.supplies.models import StockBatch, StockCount, StockLevel
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count, reject_count
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.stock_books import KEEPER, SECOND_PERSON, assert_books_are_right, only_line, order, shelf
from portal.supplies.tests.test_batches import book_in, needles
from portal.supplies.tests.test_staff_catalogue_pages import staff
from portal.supplies.tests.warehouse import dispatched, staff_actor

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
COUNTS = "/staff/supplies/counts/"


def _differs(level: StockLevel, counted: int, *, by: int | None = None) -> StockCount:
    level.refresh_from_db()
    actor = KEEPER if by is None else staff_actor("stock_controller", user_id=by)
    command = CountStock(store=level.store.code, item=level.item.code, counted=counted, seen=level.on_hand)
    count = count_stock(actor, command)
    assert count is not None
    return count


def test_who_counted_does_not_decide() -> None:
    level = shelf(10)
    count = _differs(level, 8, by=41)
    for decide in (approve_count, reject_count):
        with pytest.raises(Refused, match="because you counted"), transaction.atomic():
            decide(staff_actor("stock_controller", user_id=41), DecideCount(count=count.reference, reason="x"))
    approve_count(staff_actor("stock_controller", user_id=42), DecideCount(count=count.reference))
    level.refresh_from_db()
    assert level.on_hand == 8
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        StockCount.objects.update(decided_by_id=41)


def test_the_difference_is_booked_whatever_left_in_between() -> None:
    level = shelf(10)
    placed = order(contractor_actor(), level.item, 3)
    count = _differs(level, 9)
    dispatched(placed)
    approve_count(SECOND_PERSON, DecideCount(count=count.reference))
    level.refresh_from_db()
    assert level.on_hand == 6  # ten, less three that left, less the one that was missing
    assert_books_are_right()


def test_a_count_that_can_no_longer_be_right_is_refused() -> None:
    level = shelf(5)
    placed = order(contractor_actor(), level.item, 4)
    count = _differs(level, 2)
    dispatched(placed)
    with pytest.raises(Conflict, match="holds only 1 by now"), transaction.atomic():
        approve_count(SECOND_PERSON, DecideCount(count=count.reference))
    reject_count(SECOND_PERSON, DecideCount(count=count.reference, reason="Counted too early"))
    assert_books_are_right()


def test_one_count_of_a_shelf_waits_at_a_time_and_a_rejected_one_makes_room() -> None:
    level = shelf(5)
    count = _differs(level, 4)
    with pytest.raises(InvalidInput, match="waits for a second person already"), transaction.atomic():
        _differs(level, 3)
    with pytest.raises(InvalidInput, match="Say why"), transaction.atomic():
        reject_count(SECOND_PERSON, DecideCount(count=count.reference))
    reject_count(SECOND_PERSON, DecideCount(count=count.reference, reason="Look behind the door"))
    with pytest.raises(Conflict), transaction.atomic():
        approve_count(SECOND_PERSON, DecideCount(count=count.reference))
    assert _differs(level, 3).difference == -2


def test_of_clinical_supplies_one_batch_is_counted() -> None:
    level = needles()
    book_in(level, "A", 5, days=30)
    book_in(level, "B", 5, days=60)
    name = BatchName(code="B", expires_on=timezone.localdate() + timedelta(days=60))
    command = CountStock(store=level.store.code, item=level.item.code, counted=7, seen=5, batch=name)
    count = count_stock(KEEPER, command)
    assert count is not None
    approve_count(SECOND_PERSON, DecideCount(count=count.reference))
    assert dict(StockBatch.objects.values_list("code", "on_hand")) == {"A": 5, "B": 7}
    assert_books_are_right()


def test_the_page_shows_what_follows_and_the_second_person_decides(sign_in: SignIn) -> None:
    level = shelf(10)
    loses = order(contractor_actor(), level.item, 9)
    count = _differs(level, 6)
    client = sign_in(staff("approver"))
    assert count.reference in client.get(COUNTS).content.decode()
    page = client.get(f"{COUNTS}{count.reference}/").content.decode()
    assert loses.reference in page and "Agree with the count" in page
    empty = client.post(f"{COUNTS}{count.reference}/reject/", {"submission": str(uuid.uuid4()), "reason": ""})
    assert empty.status_code == 422
    answer = client.post(f"{COUNTS}{count.reference}/approve/", {"submission": str(uuid.uuid4())})
    assert "The books now say" in client.get(answer["Location"]).content.decode()
    assert only_line(loses).state == "back_ordered"


def test_who_counted_is_told_that_somebody_else_decides(sign_in: SignIn) -> None:
    member = staff("stock_controller")
    count = _differs(shelf(10), 6, by=member.user_id)
    page = sign_in(member).get(f"{COUNTS}{count.reference}/").content.decode()
    assert "You counted, so somebody else has to decide." in page and "Agree with the count" not in page


def test_the_form_asks_which_batch_and_saves_the_difference(sign_in: SignIn) -> None:
    level = needles()
    book_in(level, "LOT9", 5, days=60)
    client, address = sign_in(staff("stock_controller")), f"/staff/supplies/stock/{level.store.code}/{level.item.code}/"
    choice = f"{timezone.localdate() + timedelta(days=60)}|LOT9"
    shown = client.post(f"{address}count/", {"counted": "4", "batch": choice}).content.decode()
    assert "You counted 4 packs. The books say 5" in shown and choice in shown
    client.post(f"{address}count/", {"counted": "4", "batch": choice, "seen": "5", "submission": str(uuid.uuid4())})
    assert StockCount.objects.get().batch_code == "LOT9"


def test_the_list_costs_the_same_however_long_it_is(sign_in: SignIn) -> None:
    client = sign_in(staff("stock_controller"))

    def cost() -> int:
        with counted_queries() as sent:
            client.get(COUNTS)
        return len(sent)

    _differs(shelf(3), 2)
    before = cost()
    for _ in range(5):
        _differs(shelf(3), 2)
    assert cost() == before <= 9
