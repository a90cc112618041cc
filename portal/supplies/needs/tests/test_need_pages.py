"""The page of what a site will need: from real orders, with one click to the basket, hidden and shown again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.supplies.models import BasketLine, CatalogueItem, NeedAnswer, OrderLine, StandingOrder
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    StockLevelFactory,
    contractor_actor,
    fill_basket,
    place,
    set_up_standing,
)

pytestmark = pytest.mark.django_db
EVERY = 30  # days


@pytest.fixture
def clerk() -> Membership:
    return MembershipFactory(roles=["supplies_order_clerk"])


def regular(member: Membership, *, last: int = 28, packs: int = 3, number: int = 5, **values: Any) -> CatalogueItem:
    """An item that the site ordered ``number`` times, each 30 days after the one before, the last so many days ago."""
    item: CatalogueItem = StockLevelFactory(item=CatalogueItemFactory(**values), on_hand=500).item
    for back in reversed(range(number)):
        order = place(contractor_actor(member), (item, packs))
        when: datetime = timezone.now() - timedelta(days=last + EVERY * back)
        OrderLine.objects.filter(order=order).update(
            placed_at=when, state="received", dispatched=packs, delivered=packs, received=packs
        )
    return item


def address(member: Membership, rest: str = "") -> str:
    return f"/o/{member.organisation.code}/supplies/needs/{rest}"


def test_what_is_ordered_each_month_is_announced_with_its_reckoning(clerk: Membership, sign_in: Any) -> None:
    item = regular(clerk, name="Needles, green")
    html = sign_in(clerk).get(address(clerk)).content.decode()
    assert item.name in html
    assert "You will need this by" in html
    assert "At your usual rate that lasts 30 days." in html
    assert "Put 3 packs of 100 into the basket" in html


def test_one_click_puts_the_usual_quantity_into_the_basket_and_two_clicks_do_the_same(
    clerk: Membership, sign_in: Any
) -> None:
    item = regular(clerk)
    regular(clerk)
    page = sign_in(clerk)
    for _ in range(2):
        assert page.post(address(clerk), {"item": item.code}).status_code == 302
        set_scope("system")
        assert BasketLine.objects.values_list("item_id", "quantity").get() == (item.id, 3)
    page.post(address(clerk), {"item": "all"})
    set_scope("system")
    assert BasketLine.objects.count() == 2


def test_what_comes_much_later_is_not_shown_and_what_was_given_up_neither(clerk: Membership, sign_in: Any) -> None:
    later, given_up = regular(clerk, last=1), regular(clerk, last=200)
    html = sign_in(clerk).get(address(clerk)).content.decode()
    assert later.name not in html
    assert given_up.name not in html
    assert "Nothing has to be ordered in the next 14 days" in html


def test_what_is_overdue_says_so_and_names_no_day_in_the_past(clerk: Membership, sign_in: Any) -> None:
    regular(clerk, last=45)
    html = sign_in(clerk).get(address(clerk)).content.decode()
    assert "Order now: it would have been time already." in html
    assert "You will need this by" not in html


def test_what_a_standing_order_brings_is_not_announced_until_it_is_paused(clerk: Membership, sign_in: Any) -> None:
    item = regular(clerk)
    set_up_standing(contractor_actor(clerk), (item, 1))
    page = sign_in(clerk)
    assert item.name not in page.get(address(clerk)).content.decode()
    set_scope("system")
    StandingOrder.objects.update(state="paused")
    assert item.name in page.get(address(clerk)).content.decode()


@pytest.mark.parametrize("answer", ["later", "never"])
def test_hidden_for_the_whole_site_and_shown_again(clerk: Membership, sign_in: Any, answer: str) -> None:
    item = regular(clerk)
    page = sign_in(clerk)
    assert page.post(address(clerk, f"{item.code}/{answer}/")).status_code == 302
    html = page.get(address(clerk)).content.decode()
    assert "Put 3 packs" not in html
    assert f"Hidden by {clerk.user.name}" in html
    set_scope("system")
    until = NeedAnswer.objects.get().quiet_until
    assert (until is None) == (answer == "never")
    page.post(address(clerk, f"{item.code}/back/"))
    assert "Put 3 packs" in page.get(address(clerk)).content.decode()


def test_not_now_ends_by_itself(clerk: Membership, sign_in: Any) -> None:
    item = regular(clerk)
    page = sign_in(clerk)
    page.post(address(clerk, f"{item.code}/later/"))
    set_scope("system")
    NeedAnswer.objects.update(quiet_until=timezone.localdate() - timedelta(days=1))
    assert "Put 3 packs" in page.get(address(clerk)).content.decode()


def test_the_quantity_stays_within_the_usual_one_and_the_allowance(clerk: Membership, sign_in: Any) -> None:
    regular(clerk, packs=12, usual_quantity=12, name="Ordered by the dozen")
    CatalogueItem.objects.update(usual_quantity=10)
    regular(clerk, packs=4, usual_quantity=4, allowance_quantity=6, allowance_days=40, name="With an allowance")
    html = sign_in(clerk).get(address(clerk)).content.decode()
    assert "Put 10 packs of 100 into the basket" in html
    assert "Put 2 packs of 100 into the basket" in html


def test_what_is_in_the_basket_has_no_button(clerk: Membership, sign_in: Any) -> None:
    item = regular(clerk)
    fill_basket(contractor_actor(clerk), (item, 1))
    html = sign_in(clerk).get(address(clerk)).content.decode()
    assert "1 pack in your basket." in html
    assert "Put 3 packs" not in html


def test_another_sites_orders_say_nothing_here(clerk: Membership, sign_in: Any) -> None:
    item = regular(MembershipFactory(roles=["supplies_order_clerk"]))
    assert item.name not in sign_in(clerk).get(address(clerk)).content.decode()


def test_the_dashboard_says_how_many_and_by_when(clerk: Membership, sign_in: Any) -> None:
    page = sign_in(clerk)
    home = f"/o/{clerk.organisation.code}/"
    assert "What you will need soon" not in page.get(home).content.decode()
    set_scope("system")
    regular(clerk)
    html = page.get(home).content.decode()
    assert "What you will need soon" in html
    assert "Order the first by" in html


def test_everything_that_can_be_reckoned_is_exported(clerk: Membership, sign_in: Any) -> None:
    soon, later = regular(clerk), regular(clerk, last=1)
    page = sign_in(clerk)
    text = b"".join(page.get(address(clerk, "export.csv")).streaming_content).decode()
    assert soon.code in text
    assert later.code in text


@pytest.mark.parametrize("number", [1, 8])
def test_the_page_takes_the_same_queries_however_many_items(clerk: Membership, sign_in: Any, number: int) -> None:
    for _ in range(number):
        regular(clerk, number=3)
    page = sign_in(clerk)
    page.get(address(clerk))
    with counted_queries() as queries:
        page.get(address(clerk))
    assert len(queries) <= 7  # session, actor, orders, items, allowance or none, basket, hidden


def test_an_answer_that_there_is_not_is_not_found(clerk: Membership, sign_in: Any) -> None:
    item = CatalogueItemFactory()
    page = sign_in(clerk)
    assert page.post(address(clerk, f"{item.code}/maybe/")).status_code == 404
    assert page.post(address(clerk, "NO-SUCH-ITEM/later/")).status_code == 404
