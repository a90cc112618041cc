"""What may be ordered: the catalogue and an item's page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.workdays.calendar import forget_holidays
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.catalogue_query import Stock
from portal.supplies.models import BasketLine, CatalogueItem, StockLevel
from portal.supplies.presenters.basket import amount_words
from portal.supplies.presenters.catalogue import limit_words, near_day, pack_words, stock_words
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    SecureItemFactory,
    StockLevelFactory,
    contractor_actor,
    place,
)

pytestmark = pytest.mark.django_db
HOSTILE = [
    "<script>alert(1)</script>", "'; drop table supplies_order; --", "\x00", "١٢", "1e9", "-1", "1.5", "9" * 19,
    "9" * 400, "{{ 7*7 }}", "\u202e1", "🤷", "=1+1",
]  # fmt: skip


@pytest.fixture
def clerk() -> Membership:
    return MembershipFactory(roles=["supplies_order_clerk"])


@pytest.fixture
def page(clerk: Membership, sign_in: Any) -> Client:
    return sign_in(clerk)  # type: ignore[no-any-return]


def _address(member: Membership, rest: str = "") -> str:
    return f"/o/{member.organisation.code}/supplies/{rest}"


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_catalogue_is_the_contractor_types_own(clerk: Membership, page: Client) -> None:
    CatalogueItemFactory(name="For surgeries", contractor_types=["gp"])
    CatalogueItemFactory(name="For dentists", contractor_types=["dental"])
    CatalogueItemFactory(name="Next year", valid_from="2099-01-01")
    text = _text(page, _address(clerk))
    assert "For surgeries" in text
    assert "For dentists" not in text
    assert "Next year" not in text


def test_search_and_category_narrow_it(clerk: Membership, page: Client) -> None:
    CatalogueItemFactory(name="Needle", category="Clinical")
    CatalogueItemFactory(name="Needle case", category="Boxes")
    CatalogueItemFactory(name="Form", category="Forms")
    text = _text(page, _address(clerk, "?q=needle"))
    assert "Needle case" in text
    assert ">Form</a>" not in text
    text = _text(page, _address(clerk, "?q=needle&category=Clinical"))
    assert "Needle case" not in text
    assert "<option selected>Clinical</option>" in text
    assert "Nothing fits." in _text(page, _address(clerk, "?q=zzz"))


def test_a_withdrawn_item_is_found_by_searching_and_names_its_successor(clerk: Membership, page: Client) -> None:
    new = CatalogueItemFactory(code="NEW-1", name="New form")
    CatalogueItemFactory(code="OLD-1", name="Old form", valid_to="2020-02-01", replaced_by=new)
    assert "Old form" not in _text(page, _address(clerk))
    text = _text(page, _address(clerk, "?q=old"))
    assert "Withdrawn. Order this instead:" in text
    assert f'<a href="{_address(clerk, "items/NEW-1/")}">New form</a>' in text
    assert "quantity-OLD-1" not in text


def test_secure_items_say_whom_to_ask(clerk: Membership, page: Client, sign_in: Any) -> None:
    item = SecureItemFactory()
    text = _text(page, _address(clerk))
    assert "You need the Secure Stationery Orderer role; ask your Main Contact." in text
    assert f"quantity-{item.code}" not in text
    orderer = MembershipFactory(organisation=clerk.organisation, roles=["secure_stationery_orderer"])
    assert f"quantity-{item.code}" in _text(sign_in(orderer), _address(clerk))


def test_an_allowance_that_is_used_up_shows_no_field(clerk: Membership, page: Client) -> None:
    item = StockLevelFactory(item=CatalogueItemFactory(allowance_quantity=5, allowance_days=28)).item
    actor = contractor_actor(clerk)
    place(actor, (item, 3))
    assert "Up to 20 a time; 5 in 28 days, 2 left." in _text(page, _address(clerk))
    place(actor, (item, 2))
    text = _text(page, _address(clerk))
    assert "Your site has ordered all it may order in 28 days." in text
    assert f"quantity-{item.code}" not in text


@pytest.mark.parametrize(
    ("free", "expected_in_days", "words", "colour"),
    [
        (20, None, "In stock", "green"),
        (19, None, "Low stock", "yellow"),
        (2, None, "Low stock", "yellow"),
        (1, 3, "Out of stock, expected 26 November", "orange"),
        (0, 0, "Out of stock, expected 23 November", "orange"),
        (0, -1, "Out of stock, date not known", "red"),
        (0, None, "Out of stock, date not known", "red"),
    ],
)
def test_the_stock_is_said_in_words(free: int, expected_in_days: int | None, words: str, colour: str) -> None:
    item = CatalogueItem(minimum_quantity=2, usual_quantity=5, maximum_quantity=20)
    today = date(2026, 11, 23)
    expected = None if expected_in_days is None else today + timedelta(days=expected_in_days)
    assert stock_words(item, Stock(free=free, expected_on=expected), today) == (words, colour)


def test_the_promised_date_is_shown_before_ordering(clerk: Membership, page: Client) -> None:
    item = StockLevelFactory(item=CatalogueItemFactory(), on_hand=50).item
    promised = place(contractor_actor(), (item, 1)).promised_on
    assert promised is not None
    assert f"Order now, with you by {near_day(promised, timezone.now())}." in _text(page, _address(clerk))


def test_words_for_packs_limits_and_days() -> None:
    assert (pack_words("box", 2000), pack_words("pad", 1)) == ("Box of 2,000", "Pad")
    assert [amount_words(*each) for each in ((1, "box", 1), (2, "box", 50), (3, "pad", 1), (2, "batch", 1))] == [
        "1 box", "2 boxes of 50", "3 pads", "2 batches",
    ]  # fmt: skip
    item = CatalogueItem(minimum_quantity=2, maximum_quantity=1000, approval_required=True)
    assert limit_words(item, 0) == "From 2 to 1,000 a time. Needs approval."
    assert near_day(date(2027, 1, 4), timezone.make_aware(timezone.datetime(2026, 12, 31))) == "Monday 4 January 2027"


def test_five_lines_need_one_request(clerk: Membership, page: Client) -> None:
    items = [StockLevelFactory(item=CatalogueItemFactory()).item for _ in range(5)]
    answer = page.post(_address(clerk), {f"quantity-{item.code}": number for number, item in enumerate(items, start=1)})
    assert (answer.status_code, answer["Location"]) == (302, _address(clerk, "basket/?done=added"))
    lines = BasketLine.objects.filter(user=clerk.user, organisation=clerk.organisation)
    assert dict(lines.values_list("item__code", "quantity")) == {
        item.code: number for number, item in enumerate(items, start=1)
    }


def test_pressing_twice_does_the_same_as_once(clerk: Membership, page: Client) -> None:
    item = CatalogueItemFactory()
    for _ in range(2):
        page.post(_address(clerk), {f"quantity-{item.code}": "3", "shown": ""})
    assert BasketLine.objects.get().quantity == 3


def test_a_field_shows_what_is_in_the_basket_and_emptying_it_takes_it_out(clerk: Membership, page: Client) -> None:
    item = CatalogueItemFactory()
    page.post(_address(clerk), {f"quantity-{item.code}": "3"})
    text = _text(page, _address(clerk))
    assert 'name="shown" value="' + f'{item.code}:3"' in text
    assert "Your basket (1 item)" in text
    page.post(_address(clerk), {f"quantity-{item.code}": "", "shown": f"{item.code}:3"})
    assert not BasketLine.objects.exists()


def test_a_tab_that_was_open_for_long_takes_nothing_out(clerk: Membership, page: Client) -> None:
    first, second = CatalogueItemFactory(), CatalogueItemFactory()
    page.post(_address(clerk), {f"quantity-{first.code}": "3"})
    # The other tab was opened when the basket was empty.
    page.post(_address(clerk), {f"quantity-{first.code}": "", f"quantity-{second.code}": "1", "shown": ""})
    assert dict(BasketLine.objects.values_list("item__code", "quantity")) == {first.code: 3, second.code: 1}


def test_nothing_entered_says_so(clerk: Membership, page: Client) -> None:
    CatalogueItemFactory()
    answer = page.post(_address(clerk), {})
    assert answer.status_code == 422
    assert "Enter how many you need of at least one item." in answer.content.decode()


def test_one_wrong_line_changes_nothing_and_keeps_everything_typed(clerk: Membership, page: Client) -> None:
    good, bad = CatalogueItemFactory(), CatalogueItemFactory(maximum_quantity=10, name="Form B")
    answer = page.post(_address(clerk), {f"quantity-{good.code}": "4", f"quantity-{bad.code}": "11"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Order supplies" in text
    assert f'<a href="#id_quantity-{bad.code}">Order no more than 10 of Form B at a time.</a>' in text
    assert f'name="quantity-{good.code}" inputmode="numeric" autocomplete="off" value="4"' in text
    assert f'name="quantity-{bad.code}" inputmode="numeric" autocomplete="off" value="11"' in text
    assert not BasketLine.objects.exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_quantities_are_kept_and_refused(clerk: Membership, page: Client, text: str) -> None:
    item = CatalogueItemFactory()
    for address in (_address(clerk), _address(clerk, f"items/{item.code}/")):
        answer = page.post(address, {f"quantity-{item.code}": text, "shown": text})
        assert answer.status_code == 422
        assert "<script>alert" not in answer.content.decode()
    assert not BasketLine.objects.exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_searches_codes_and_page_numbers_are_harmless(clerk: Membership, page: Client, text: str) -> None:
    CatalogueItemFactory()
    assert page.get(_address(clerk), {"q": text, "category": text, "page": text, "done": text}).status_code == 200
    assert page.post(_address(clerk), {f"quantity-{text}": "1", f"reason-{text}": "1"}).status_code == 422
    assert page.get(_address(clerk, "items/XX/")).status_code == 404


def test_made_up_items_are_refused_without_a_field_to_jump_to(clerk: Membership, page: Client) -> None:
    answer = page.post(_address(clerk), {"quantity-NOT-THERE": "1"})
    assert answer.status_code == 422
    assert "There is no such item." in answer.content.decode()


def test_an_items_page_says_everything_and_takes_a_quantity(clerk: Membership, page: Client) -> None:
    level = StockLevelFactory(item=CatalogueItemFactory(name="GMS1", approval_required=True, lead_time=1))
    address = _address(clerk, f"items/{level.item.code}/")
    text = _text(page, address)
    for words in ("A form for tests.", "Pack of 100", "A second person has to approve", "1 working day", "In stock"):
        assert words in text
    assert page.post(address, {f"quantity-{level.item.code}": "2"}).status_code == 302
    assert BasketLine.objects.get().quantity == 2


def test_an_item_of_another_contractor_type_does_not_exist(clerk: Membership, page: Client) -> None:
    item = CatalogueItemFactory(contractor_types=["dental"])
    assert page.get(_address(clerk, f"items/{item.code}/")).status_code == 404
    answer = page.post(_address(clerk), {f"quantity-{item.code}": "1"})
    assert answer.status_code == 422
    assert not BasketLine.objects.exists()


def test_other_organisations_do_not_exist_and_readers_are_told_why(clerk: Membership, sign_in: Any) -> None:
    stranger = sign_in(organisation=OrganisationFactory(), roles=["main_contact"])
    reader = sign_in(organisation=clerk.organisation, roles=["read_only"])
    for rest in ("", "basket/", "check/", "favourites/"):
        assert stranger.get(_address(clerk, rest)).status_code == 404
        assert reader.get(_address(clerk, rest)).status_code == 403


@pytest.mark.parametrize("number", [1, 30, 90])
def test_the_catalogue_takes_six_queries_at_most_however_long_it_is(
    clerk: Membership, page: Client, number: int
) -> None:
    CatalogueItemFactory.create_batch(number, allowance_quantity=50, allowance_days=28)
    StockLevel.objects.bulk_create(
        StockLevelFactory.build(store=StockLevelFactory().store, item=item)
        for item in CatalogueItem.objects.all()[:number]
    )
    forget_holidays()
    with counted_queries() as queries:
        assert page.get(_address(clerk)).status_code == 200
    assert len(queries) == 6  # the calendar's holidays included, which are read once in five minutes


def test_a_long_catalogue_has_pages(clerk: Membership, page: Client) -> None:
    CatalogueItemFactory.create_batch(101)
    text = _text(page, _address(clerk))
    assert text.count('class="supplies-item"') == 100
    assert "?page=2" in text
    assert _text(page, _address(clerk, "?page=2")).count('class="supplies-item"') == 1
