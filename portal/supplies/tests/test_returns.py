"""A parcel that comes back is on its shelf, in its batch, and put aside for the same order (J25, R4)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from portal.foundation.errors import Conflict
from portal.foundation.web.next_step import NextStep
from portal.supplies import checkpoints
from portal.supplies.models import BatchPick, Consignment, Order, StockBatch, StockMovement
from portal.supplies.services.cancel_consignment import cancel_consignment
from portal.supplies.services.record_delivery import record_failed_delivery
from portal.supplies.services.return_consignment import return_consignment
from portal.supplies.tests.factories import CatalogueItemFactory, contractor_actor
from portal.supplies.tests.stock_books import assert_books_are_right, only_line, order, shelf
from portal.supplies.tests.test_batches import book_in, needles
from portal.supplies.tests.test_staff_catalogue_pages import staff
from portal.supplies.tests.warehouse import dispatched, packed, staff_actor

pytestmark = pytest.mark.django_db


def _failed(placed: Order) -> Consignment:
    consignment = dispatched(placed)
    return record_failed_delivery(staff_actor(), consignment.reference, "Nobody was there")


def test_it_is_on_the_shelf_put_aside_for_the_same_order_and_sent_again() -> None:
    level = shelf(5)
    placed = order(contractor_actor(), level.item, 3)
    consignment = return_consignment(staff_actor(), _failed(placed).reference)
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (5, 3)
    assert consignment.state == "cancelled" and only_line(placed).state == "accepted"
    assert StockMovement.objects.filter(kind="return", reference=consignment.reference).get().quantity == 3
    assert_books_are_right()
    dispatched(Order.objects.get(pk=placed.pk))
    assert only_line(placed).state == "dispatched"
    assert_books_are_right()


def test_clinical_supplies_go_back_into_the_batches_they_came_from() -> None:
    level = needles()
    book_in(level, "A", 2, days=40)
    book_in(level, "B", 5, days=80)
    consignment = _failed(order(contractor_actor(), level.item, 4))
    return_consignment(staff_actor(), consignment.reference)
    assert dict(StockBatch.objects.values_list("code", "on_hand")) == {"A": 2, "B": 5}
    assert not BatchPick.objects.filter(consignment_line__consignment=consignment).exists()
    assert_books_are_right()


def test_only_what_failed_comes_back_and_only_once() -> None:
    level = shelf(9)
    waiting = packed(order(contractor_actor(), level.item, 2))
    gone = dispatched(order(contractor_actor(), level.item, 2))
    for each in (waiting, gone):
        with pytest.raises(Conflict), transaction.atomic():
            return_consignment(staff_actor(), each.reference)
    failed = _failed(order(contractor_actor(), level.item, 2))
    with pytest.raises(Conflict, match="has left the warehouse"), transaction.atomic():
        cancel_consignment(staff_actor(), failed.reference)
    return_consignment(staff_actor(), failed.reference)
    with pytest.raises(Conflict), transaction.atomic():
        return_consignment(staff_actor(), failed.reference)
    assert_books_are_right()


def _count_first(box: Consignment) -> NextStep:
    return NextStep(sentence=f"Count {box.reference} first.", link_text="Count", address="/count/")


def test_other_apps_say_what_is_to_be_done_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbered forms come back number by number: portal/serials/tests/test_parcel_back.py."""
    consignment = _failed(order(contractor_actor(), shelf(5).item, 2))
    monkeypatch.setattr(checkpoints, "COMING_BACK", [_count_first])
    with pytest.raises(Conflict, match=f"Count {consignment.reference} first"), transaction.atomic():
        return_consignment(staff_actor(), consignment.reference)


def test_the_page_books_it_back_in(sign_in: Callable[..., Client]) -> None:
    level = shelf(5, item=CatalogueItemFactory(name="Returned form"))
    consignment = _failed(order(contractor_actor(), level.item, 2))
    client, address = sign_in(staff("warehouse_operator")), f"/staff/supplies/consignments/{consignment.reference}/"
    assert "It came back" in client.get(address).content.decode()
    answer = client.post(f"{address}came-back/", {"submission": str(uuid.uuid4())})
    assert "It is back on its shelf." in client.get(answer["Location"]).content.decode()
