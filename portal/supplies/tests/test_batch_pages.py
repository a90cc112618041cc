"""The pages of batches: what is asked when goods come in, what is listed, and who got a batch (J24)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.supplies.models import StockBatch, StockLevel
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.stock_books import order, shelf
from portal.supplies.tests.test_batches import book_in, needles
from portal.supplies.tests.test_staff_catalogue_pages import staff
from portal.supplies.tests.warehouse import packed, staff_actor

pytestmark = pytest.mark.django_db
BATCHES = "/staff/supplies/batches/"


@pytest.fixture
def keeper(sign_in: Callable[..., Client]) -> Client:
    """A stock controller's client."""
    return sign_in(staff("stock_controller"))


def _at(level: StockLevel) -> str:
    return f"/staff/supplies/stock/{level.store.code}/{level.item.code}/"


def _form(**values: object) -> dict[str, object]:
    return {"submission": str(uuid.uuid4()), "quantity": "4", "note": "DN9", **values}


def test_batch_date_and_purchase_are_asked_for_clinical_goods_and_for_no_others(keeper: Client) -> None:
    assert 'name="batch"' not in keeper.get(f"{_at(shelf())}goods-in/").content.decode()
    level = needles()
    assert 'name="batch"' in keeper.get(f"{_at(level)}goods-in/").content.decode()
    answer = keeper.post(f"{_at(level)}goods-in/", _form(batch="LOT77"))
    assert answer.status_code == 422 and "Enter the date" in answer.content.decode()
    assert "LOT77" in answer.content.decode()
    day = timezone.localdate() + timedelta(days=50)
    date = {"expires_on_day": day.day, "expires_on_month": day.month, "expires_on_year": day.year}
    keeper.post(f"{_at(level)}goods-in/", _form(purchase="PO5", batch="LOT77", **date))
    page = keeper.get(_at(level)).content.decode()
    assert "LOT77" in page and "Purchase PO5" in page and "Soon out of date" in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", {"NEAR", "FAR", "PAST"}), ("state=soon", {"NEAR"}), ("state=past", {"PAST"}), ("q=far", {"FAR"}),
        ("state=all", {"NEAR", "FAR", "PAST"}), ("state=unknown", set()), ("state=nonsense", {"NEAR", "FAR", "PAST"}),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(keeper: Client, query: str, seen: set[str]) -> None:
    level = needles()
    for name, days in (("NEAR", 20), ("FAR", 500), ("PAST", 3)):
        book_in(level, name, 2, days=days)
    StockBatch.objects.filter(code="PAST").update(expires_on=timezone.localdate())
    page = keeper.get(f"{BATCHES}?{query}").content.decode()
    assert {name for name in ("NEAR", "FAR", "PAST") if f">{name}<span" in page} == seen


def test_a_batch_says_which_sites_to_tell_when_it_is_recalled(keeper: Client) -> None:
    level = needles()
    book_in(level, "LOT 7/8", 9, days=300)
    sent = packed(order(contractor_actor(), level.item, 2))
    hand_over(staff_actor(), HandOver(consignment=sent.reference, carrier="DPD"))
    page = keeper.get(f"{BATCHES}where/", {"item": level.item.code, "batch": "LOT 7/8"}).content.decode()
    assert sent.reference in page and sent.organisation.name in page
    assert keeper.get(f"{BATCHES}where/", {"item": level.item.code, "batch": "OTHER"}).status_code == 404


def test_the_pages_cost_the_same_however_long_they_are(keeper: Client) -> None:
    level = needles()

    def more(packs: int) -> None:
        for _ in range(packs):
            book_in(level, f"LOT{StockBatch.objects.count()}", 3, days=200)
            packed(order(contractor_actor(), level.item, 1))

    def cost(address: str) -> int:
        with counted_queries() as sent:
            keeper.get(address)
        return len(sent)

    more(2)
    addresses = (BATCHES, f"{BATCHES}where/?item={level.item.code}&batch=LOT0", _at(level))
    before = [cost(each) for each in addresses]
    more(6)
    assert [cost(each) for each in addresses] == before
    assert max(before) <= 11
