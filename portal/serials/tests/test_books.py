"""The register of numbers beside the stock books (R4, J24)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from portal.foundation.errors import Refused
from portal.serials.books import differences
from portal.serials.services.destroy_forms import destroy_here
from portal.serials.services.warehouse import BookIn, allocate, book_in
from portal.serials.tests.forms import KEEPER, keeper_of, numbers, parcel, site, staff
from portal.supplies.models import Consignment, StockLevel
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import SecureItemFactory, StockLevelFactory
from portal.supplies.tests.test_staff_catalogue_pages import staff as staff_member

pytestmark = pytest.mark.django_db
READER = ("auditor",)


def _shelf(packs: int, forms: int, pack_size: int = 50) -> StockLevel:
    level: StockLevel = StockLevelFactory(item=SecureItemFactory(pack_size=pack_size), on_hand=packs)
    book_in(staff(*KEEPER), BookIn(numbers=numbers(level.item, 0, forms), store=level.store.code))
    return level


def test_nothing_differs_when_every_pack_has_its_numbers_here_or_in_a_consignment_that_is_here() -> None:
    level = _shelf(20, 1000)
    StockLevelFactory(item=SecureItemFactory(), on_hand=7)  # from before the register: it has no numbers at all
    box = parcel(level.item, site().organisation)
    allocate(staff(*KEEPER), box.reference, numbers(level.item, 0, 100))
    assert differences(staff(*READER)) == []
    Consignment.objects.filter(pk=box.pk).update(state="dispatched", carrier="Van", dispatched_at=box.created_at)
    (found,) = differences(staff(*READER))  # it left, and the books still have its packs
    assert (found.numbered, found.books, found.more) == (900, 1000, -100)


def test_what_is_destroyed_by_number_is_still_in_the_books_until_somebody_takes_it_off() -> None:
    level = _shelf(20, 1000)
    destroy_here(staff(*KEEPER), numbers(level.item, 0, 100), "Sam Reed")
    assert [each.more for each in differences(staff(*READER))] == [-100]
    StockLevel.objects.filter(pk=level.pk).update(on_hand=18)
    assert differences(staff(*READER)) == []


@given(packs=some.integers(0, 30), forms=some.integers(1, 1500), size=some.sampled_from([1, 10, 50]))
def test_a_difference_is_shown_exactly_from_one_pack_on(packs: int, forms: int, size: int) -> None:
    with transaction.atomic():
        _shelf(packs, forms, size)
        shown = [each.more for each in differences(staff(*READER))]
        transaction.set_rollback(True)
    assert shown == ([forms - packs * size] if abs(forms - packs * size) >= size else [])


def test_only_those_who_may_see_the_register_see_it() -> None:
    with pytest.raises(Refused):
        differences(keeper_of(site()))


def test_the_register_page_leads_to_the_shelf_and_costs_the_same_for_many(sign_in: Callable[..., Client]) -> None:
    client = sign_in(staff_member("stock_controller"))

    def cost() -> int:
        with counted_queries() as sent:
            client.get("/staff/forms/")
        return len(sent)

    first = _shelf(20, 500)
    before = cost()
    for _ in range(5):
        _shelf(20, 500)
    assert cost() == before
    page = client.get("/staff/forms/").content.decode()
    assert f"/staff/supplies/stock/LEEDS/{first.item.code}/" in page and "500 fewer" in page
