"""The stock pages: levels, goods in, counts with their difference, adjustments, deliveries, stores."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import StockCount, StockLevel, StockMovement, Store
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, StoreFactory, contractor_actor
from portal.supplies.tests.stock_books import SECOND_PERSON, assert_books_are_right, only_line, order, shelf
from portal.supplies.tests.test_staff_catalogue_pages import HOSTILE, queries_of, staff

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
STOCK = "/staff/supplies/stock/"


@pytest.fixture
def keeper(sign_in: SignIn) -> Client:
    """A stock controller's client."""
    return sign_in(staff("stock_controller"))


def _at(level: StockLevel, verb: str = "") -> str:
    return f"{STOCK}{level.store.code}/{level.item.code}/{verb}"


def _send(client: Client, address: str, **values: Any) -> Any:
    """Posts a form as a page would, for the first time."""
    return client.post(address, {"submission": str(uuid.uuid4()), **values})


# Lists and the level's page ------------------------------------------------------------------------


def test_the_levels_are_a_file_too_with_the_same_filters(sign_in: Callable[..., Client]) -> None:
    first, second = (StockLevelFactory(on_hand=7, item__name=name) for name in ("Cups", "Gloves"))
    client = sign_in(staff("stock_controller"))
    page = client.get("/staff/supplies/stock/?q=cup").content.decode()
    assert "/staff/supplies/stock/file.csv?q=cup" in page
    answer = client.get("/staff/supplies/stock/file.csv?q=cup")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert f"{first.item.code},Cups,,7,0,7,0," in text and second.item.code not in text


def test_the_list_shows_levels_and_filters_them(keeper: Client) -> None:
    low = shelf(3, item=CatalogueItemFactory(name="Low form"))
    shelf(500, item=CatalogueItemFactory(name="Plenty form"))
    out = shelf(0, item=CatalogueItemFactory(name="Missing form"))
    order(contractor_actor(), out.item, 2)
    for query, shown in {
        "": {"Low form", "Plenty form", "Missing form"},
        "q=plenty": {"Plenty form"},
        f"q={low.item.code}": {"Low form"},
        "state=low": {"Low form"},
        "state=out": {"Missing form"},
        "state=waiting": {"Missing form"},
        "state=expected": set(),
        "store=NOWHERE": {"Low form", "Plenty form", "Missing form"},
    }.items():
        page = keeper.get(f"{STOCK}?{query}").content.decode()
        assert {name for name in ("Low form", "Plenty form", "Missing form") if f"{name}<span" in page} == shown, query


def test_withdrawn_items_are_shown_where_something_is_left(keeper: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    StockLevelFactory(item=CatalogueItemFactory(name="Old form", valid_to=yesterday), on_hand=4)
    assert "Old form" not in keeper.get(STOCK).content.decode()
    assert "Old form" in keeper.get(f"{STOCK}?state=withdrawn").content.decode()


@pytest.mark.parametrize("state", ["", "waiting", "out", "low", "all"])
def test_the_list_costs_the_same_however_long_it_is(keeper: Client, state: str) -> None:
    address = f"{STOCK}?state={state}"
    StockLevelFactory.create_batch(3)
    few = queries_of(keeper, address)
    items = CatalogueItemFactory.create_batch(300)
    StockLevel.objects.bulk_create(StockLevel(store=StoreFactory(), item=item) for item in items)
    assert queries_of(keeper, address) == few <= 6


def test_the_levels_page_costs_the_same_however_long_its_ledger_is(keeper: Client) -> None:
    level = shelf(1)
    few = queries_of(keeper, _at(level))
    for number in range(60):
        _send(keeper, _at(level, "goods-in/"), quantity="1", note=f"DN{number}")
    assert queries_of(keeper, _at(level)) == few <= 10
    assert "Page 2" in keeper.get(_at(level)).content.decode()


def test_the_levels_page_shows_figures_who_waits_and_the_ledger(keeper: Client) -> None:
    level = shelf(5)
    waiting = order(contractor_actor(), level.item, 8)
    page = keeper.get(_at(level)).content.decode()
    assert waiting.reference in page and "3 of 8" in page
    assert "Goods in" in page and "DN1" in page and "Stock controller" in page


def test_a_shelf_nothing_was_ever_put_on_has_a_page(keeper: Client) -> None:
    store, item = StoreFactory(), CatalogueItemFactory()
    page = keeper.get(f"{STOCK}{store.code}/{item.code}/").content.decode()
    assert "Nothing was put here yet" in page
    assert not StockLevel.objects.exists()


def test_unknown_stores_and_items_are_not_found(keeper: Client) -> None:
    level = shelf(1)
    for verb in ("", "goods-in/", "count/", "adjust/", "expected/"):
        assert keeper.get(f"{STOCK}NOWHERE/{level.item.code}/{verb}").status_code == 404
        assert keeper.get(f"{STOCK}{level.store.code}/NOTHING/{verb}").status_code == 404


def test_readers_see_and_do_not_change(sign_in: SignIn) -> None:
    level, reader = shelf(1), sign_in(staff("auditor"))
    assert "Book goods in" not in reader.get(_at(level)).content.decode()
    for verb in ("goods-in/", "count/", "adjust/", "expected/"):
        assert reader.get(_at(level, verb)).status_code == 403
    assert reader.post(_at(level, "give/")).status_code == 403
    assert reader.get("/staff/supplies/stores/add/").status_code == 403


def test_contractors_and_the_public_are_kept_out(client: Client, sign_in: SignIn) -> None:
    level = shelf(1)
    assert client.get(_at(level)).status_code == 302
    contractor = sign_in(organisation=OrganisationFactory(), roles=["main_contact"])
    assert contractor.get(_at(level)).status_code == 404
    assert contractor.post(_at(level, "give/")).status_code == 404


# Forms ---------------------------------------------------------------------------------------------


def test_goods_are_booked_in_once_however_often_the_form_arrives(keeper: Client) -> None:
    level = shelf(1)
    data = {"submission": str(uuid.uuid4()), "quantity": "5", "note": "DN-77"}
    for _ in range(2):
        assert keeper.post(_at(level, "goods-in/"), data).status_code == 302
    level.refresh_from_db()
    assert level.on_hand == 6


@pytest.mark.parametrize(
    ("quantity", "words"), [("0", "1 or more"), ("x", "whole number"), ("", "Enter a number"), ("9" * 30, "or fewer")]
)
def test_a_wrong_quantity_comes_back_with_what_was_typed(keeper: Client, quantity: str, words: str) -> None:
    level = shelf(1)
    response = _send(keeper, _at(level, "goods-in/"), quantity=quantity, note="DN-kept")
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page and "DN-kept" in page


def test_a_count_shows_the_difference_before_it_is_recorded(keeper: Client) -> None:
    level = shelf(10)
    page = keeper.post(_at(level, "count/"), {"counted": "7"}).content.decode()
    assert "You counted 7 packs. The books say 10: that is 3 fewer." in page
    assert StockMovement.objects.filter(kind="count").count() == 0
    response = _send(keeper, _at(level, "count/"), counted="7", seen="10")
    assert response.status_code == 302
    level.refresh_from_db()
    assert level.on_hand == 10
    assert "Decide the count" in keeper.get(_at(level)).content.decode()
    approve_count(SECOND_PERSON, DecideCount(count=StockCount.objects.get().reference))
    level.refresh_from_db()
    assert level.on_hand == 7


def test_a_count_names_the_orders_that_would_lose_their_packs(keeper: Client) -> None:
    level = shelf(10)
    kept, loses = order(contractor_actor(), level.item, 5), order(contractor_actor(), level.item, 5)
    page = keeper.post(_at(level, "count/"), {"counted": "6"}).content.decode()
    assert loses.reference in page and kept.reference not in page
    assert "Waits for stock again" in page
    assert only_line(loses).state == "accepted"
    _send(keeper, _at(level, "count/"), counted="6", seen="10")
    approve_count(SECOND_PERSON, DecideCount(count=StockCount.objects.get().reference))
    assert only_line(loses).state == "back_ordered"
    assert_books_are_right()


def test_a_count_of_stock_that_moved_asks_to_count_again(keeper: Client) -> None:
    level = shelf(10)
    response = _send(keeper, _at(level, "count/"), counted="7", seen="9")
    page = response.content.decode()
    assert response.status_code == 422
    assert "the books now say 10" in page and 'value="7"' in page and 'name="seen"' not in page


def test_an_adjustment_is_recorded_or_explained(keeper: Client) -> None:
    level = shelf(3)
    assert _send(keeper, _at(level, "adjust/"), reason="damaged", quantity="1", note="").status_code == 302
    response = _send(keeper, _at(level, "adjust/"), reason="damaged", quantity="3", note="")
    assert response.status_code == 422
    assert "There are only 2 on the shelf" in response.content.decode()


def test_the_next_delivery_is_saved_and_shown(keeper: Client) -> None:
    level = shelf(0)
    soon = timezone.localdate() + timedelta(days=9)
    data = {"expected_on_day": soon.day, "expected_on_month": soon.month, "expected_on_year": soon.year}
    assert _send(keeper, _at(level, "expected/"), **data).status_code == 302
    level.refresh_from_db()
    assert level.expected_on == soon
    assert f"{soon.day} {soon:%B %Y}" in keeper.get(_at(level)).content.decode()


def test_free_stock_is_given_by_a_button(keeper: Client) -> None:
    level = shelf(0)
    waiting = order(contractor_actor(), level.item, 2)
    StockLevel.objects.filter(pk=level.pk).update(on_hand=2)
    assert "Give free stock" in keeper.get(_at(level)).content.decode()
    assert keeper.post(_at(level, "give/")).status_code == 302
    assert only_line(waiting).state == "accepted"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_form_is_harmless(keeper: Client, text: str) -> None:
    level = shelf(3)
    forms: dict[str, dict[str, Any]] = {
        _at(level, "goods-in/"): {"quantity": "1", "note": "DN1"},
        _at(level, "count/"): {"counted": "1", "seen": "3"},
        _at(level, "adjust/"): {"reason": "damaged", "quantity": "1", "note": ""},
        _at(level, "expected/"): {"expected_on_day": "1", "expected_on_month": "1", "expected_on_year": "2027"},
        "/staff/supplies/stores/add/": {"code": "YORK", "name": "York", "priority": "5"},
        f"/staff/supplies/stores/{level.store.code}/edit/": {"name": "Leeds", "priority": "5"},
    }
    for address, fields in forms.items():
        for name in fields:
            assert _send(keeper, address, **{**fields, name: text}).status_code in (200, 302, 422)
    assert_books_are_right()


# Stores --------------------------------------------------------------------------------------------


def test_a_store_is_added_with_a_shelf_for_every_item(keeper: Client) -> None:
    CatalogueItemFactory.create_batch(2)
    response = _send(
        keeper, "/staff/supplies/stores/add/", code="york", name="York store", priority="20", is_active="on"
    )
    assert response.status_code == 302
    store = Store.objects.get(code="YORK")
    assert store.levels.count() == 2 and store.is_active
    assert "York store" in keeper.get("/staff/supplies/stores/").content.decode()


def test_a_store_is_changed_with_its_history(keeper: Client) -> None:
    store = StoreFactory()
    address = f"/staff/supplies/stores/{store.code}/edit/"
    assert _send(keeper, address, name="Leeds north", priority="3").status_code == 302
    store.refresh_from_db()
    assert (store.name, store.priority, store.is_active) == ("Leeds north", 3, False)
    assert "Name: Leeds north, before that Leeds store" in keeper.get(address).content.decode()


def test_a_taken_store_code_is_said(keeper: Client) -> None:
    StoreFactory(code="YORK")
    response = _send(keeper, "/staff/supplies/stores/add/", code="YORK", name="Other", priority="1")
    assert response.status_code == 422
    assert "already a store with the code YORK" in response.content.decode()


def test_pages_without_any_store_say_what_to_do(keeper: Client) -> None:
    item = CatalogueItemFactory()
    assert "There is no store yet." in keeper.get(STOCK).content.decode()
    assert "There is no store yet." in keeper.get("/staff/supplies/stores/").content.decode()
    assert "There is no store yet." in keeper.get(f"/staff/supplies/catalogue/{item.code}/").content.decode()


def test_the_dashboard_of_a_stock_controller_shows_what_orders_wait_for(keeper: Client, sign_in: SignIn) -> None:
    announced, unknown = shelf(0), shelf(0)
    StockLevel.objects.filter(pk=announced.pk).update(expected_on=timezone.localdate() + timedelta(days=3))
    for level in (announced, unknown):
        order(contractor_actor(), level.item, 2)
    page = keeper.get("/staff/").content.decode()
    assert "Items that orders wait for" in page and "1 item without a delivery date" in page
    assert "Items that orders wait for" not in sign_in(staff("warehouse_operator")).get("/staff/").content.decode()
