"""The check page: what it shows, what it asks, and that any number of submits makes one order."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.accounts.tests.sign_in import sign_in as sign_in_client
from portal.foundation.workdays.calendar import working_calendar
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import BasketLine, CatalogueItem, Order, SuppliesAccount
from portal.supplies.presenters.catalogue import near_day
from portal.supplies.presenters.checkout import approval_words
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    SecureItemFactory,
    StockLevelFactory,
    contractor_actor,
    fill_basket,
    place,
)
from portal.supplies.tests.test_catalogue_pages import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Membership:
    return MembershipFactory(roles=["supplies_order_clerk"])


@pytest.fixture
def page(clerk: Membership, sign_in: Any) -> Client:
    return sign_in(clerk)  # type: ignore[no-any-return]


def _address(member: Membership, rest: str = "check/") -> str:
    return f"/o/{member.organisation.code}/supplies/{rest}"


def _item(**values: Any) -> CatalogueItem:
    return StockLevelFactory(item=CatalogueItemFactory(**values)).item


def _fill(clerk: Membership, *lines: tuple[CatalogueItem, int], **values: Any) -> None:
    fill_basket(contractor_actor(clerk), *lines, **values)


def _sent(client: Client, member: Membership) -> dict[str, str]:
    """What the check page's own form would send."""
    text = client.get(_address(member)).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(submission|seen)" value="([^"]*)">', text))


def test_it_shows_where_what_and_when(clerk: Membership, page: Client) -> None:
    item = _item(name="GMS1", unit="box", usual_quantity=1)
    _fill(clerk, (item, 2), reason="Influenza")
    text = page.get(_address(clerk)).content.decode()
    promised = working_calendar().add(working_calendar().start_of_work(timezone.now()), item.lead_time)
    for words in (
        clerk.organisation.name, "1 TEST STREET", "ZZ1 1ZZ", "GMS1", "2 boxes of 100", "Your reason: Influenza",
        f"With you by {near_day(promised, timezone.now())}", "Place order",
    ):  # fmt: skip
        assert words in text
    assert "approval" not in text


def test_the_address_is_the_sites_own_and_cannot_be_typed(clerk: Membership, page: Client) -> None:
    _fill(clerk, (_item(), 1))
    page.post(_address(clerk), {**_sent(page, clerk), "delivery_name": "Somewhere else", "address": "1 Elsewhere"})
    assert Order.objects.get().delivery_lines == ["1 TEST STREET", "TESTON"]


def test_placing_goes_to_the_orders_page_and_empties_the_basket(clerk: Membership, page: Client) -> None:
    _fill(clerk, (_item(), 2))
    answer = page.post(_address(clerk), _sent(page, clerk))
    order = Order.objects.get()
    assert answer["Location"] == _address(clerk, f"orders/{order.reference}/?done=placed")
    assert not BasketLine.objects.exists()
    assert "Your basket is empty" in page.get(_address(clerk)).content.decode()


def test_sending_twice_makes_one_order_and_goes_to_it(clerk: Membership, page: Client) -> None:
    _fill(clerk, (_item(), 2))
    sent = _sent(page, clerk)
    first, second = (page.post(_address(clerk), sent)["Location"] for _ in range(2))
    assert first == second
    assert Order.objects.count() == 1


def test_another_tabs_change_is_met_with_a_way_on(clerk: Membership, page: Client) -> None:
    item = _item()
    _fill(clerk, (item, 2))
    sent = _sent(page, clerk)
    page.post(_address(clerk, ""), {f"quantity-{item.code}": "3", "shown": f"{item.code}:2"})
    answer = page.post(_address(clerk), sent)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Your basket changed while you were checking it." in text
    assert f'href="{_address(clerk)}"' in text
    assert not Order.objects.exists()
    assert page.post(_address(clerk), _sent(page, clerk)).status_code == 302  # the way on works


def test_a_limit_reached_meanwhile_is_said_beside_the_line(clerk: Membership, page: Client) -> None:
    item = _item(name="GMS1", allowance_quantity=5, allowance_days=28)
    _fill(clerk, (item, 4))
    sent = _sent(page, clerk)
    colleague = MembershipFactory(organisation=clerk.organisation, roles=["supplies_order_clerk"])
    place(contractor_actor(colleague), (item, 3))
    answer = page.post(_address(clerk), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("has 2 left. Order 2 or fewer, or contact us.") == 2
    assert f'<a href="#line-{item.code}">' in text
    assert "Place order" not in text
    assert BasketLine.objects.get().quantity == 4


def test_problems_are_shown_before_anything_is_sent(clerk: Membership, page: Client) -> None:
    _fill(clerk, (_item(name="GMS1", usual_quantity=1), 2))
    text = page.get(_address(clerk)).content.decode()
    assert "Say why you need more than 1 of GMS1." in text
    assert "Place order" not in text


def test_a_closed_site_is_told_before_anything_is_sent(sign_in: Any) -> None:
    clerk = MembershipFactory(organisation=OrganisationFactory(status="closed"), roles=["supplies_order_clerk"])
    _fill(clerk, (_item(), 1))
    text = sign_in(clerk).get(_address(clerk)).content.decode()
    assert "This site cannot order" in text
    assert "Place order" not in text


# Secure items.


def _secure_basket(roles: list[str]) -> Membership:
    member = MembershipFactory(roles=roles)
    _fill(member, (StockLevelFactory(item=SecureItemFactory(name="FP10NC")).item, 1))
    return member


def test_a_second_factor_that_is_not_fresh_is_asked_for_first_and_leads_back(client: Client) -> None:
    member = _secure_basket(["secure_stationery_orderer"])
    sign_in_client(client, member.user, minutes_ago=11)
    answer = client.get(_address(member))
    assert answer.status_code == 302
    way = f"{reverse('mfa_reauthenticate')}?{urlencode({'next': _address(member)})}"
    assert answer["Location"] == way


def test_a_second_factor_that_grew_old_while_checking_loses_nothing(client: Client) -> None:
    member = _secure_basket(["secure_stationery_orderer"])
    sign_in_client(client, member.user, minutes_ago=9)
    sent = _sent(client, member)
    sign_in_client(client, member.user, minutes_ago=11)
    answer = client.post(_address(member), sent)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert BasketLine.objects.exists()
    assert not Order.objects.exists()
    sign_in_client(client, member.user, minutes_ago=0)
    assert client.post(_address(member), _sent(client, member)).status_code == 302
    assert Order.objects.exists()


def test_without_the_right_a_secure_item_is_refused_and_the_sentence_says_whom_to_ask(sign_in: Any) -> None:
    member = _secure_basket(["supplies_order_clerk"])
    client = sign_in(member)
    text = client.get(_address(member)).content.decode()
    assert "You need the Secure Stationery Orderer role for FP10NC. Ask your Main Contact, or remove it." in text
    code = BasketLine.objects.get().item.code
    answer = client.post(_address(member), {"submission": str(uuid.uuid4()), "seen": f"{code}:1"})
    assert answer.status_code == 403
    assert not Order.objects.exists()


# Approval.


def test_who_must_approve_is_said_before_ordering(clerk: Membership, page: Client) -> None:
    _fill(clerk, (_item(name="FP10SS", approval_required=True), 1))
    sentence = "Your order needs approval because FP10SS always needs it."
    text = page.get(_address(clerk)).content.decode()
    assert f"{sentence} It goes to an approver of the operator, as nobody else at your site" in text
    MembershipFactory(organisation=clerk.organisation, roles=["order_approver"])
    text = page.get(_address(clerk)).content.decode()
    assert f"{sentence} It goes to somebody else at your site who may approve orders." in text


def test_a_sites_own_rule_is_named(clerk: Membership, page: Client) -> None:
    SuppliesAccount.objects.create(organisation=clerk.organisation, approval_required=True)
    _fill(clerk, (_item(), 1))
    assert "because every order of your site needs it" in page.get(_address(clerk)).content.decode()


def test_several_items_are_listed_in_words() -> None:
    assert "because A, B and C always need it" in approval_words(every_order=False, items=["A", "B", "C"], at_site=True)


# Pages that were cut short or made up.


@pytest.mark.parametrize("text", HOSTILE)
def test_a_made_up_page_orders_nothing(clerk: Membership, page: Client, text: str) -> None:
    _fill(clerk, (_item(), 1))
    good = _sent(page, clerk)
    for sent in ({}, {"submission": text, "seen": good["seen"]}, {**good, "seen": text}, {**good, "seen": f"A:{text}"}):
        answer = page.post(_address(clerk), sent)
        assert answer.status_code == 409
        assert "nothing was ordered" in answer.content.decode()
    assert not Order.objects.exists()


# Cost.


@pytest.mark.parametrize("lines", [1, 5, 40])
@pytest.mark.parametrize("approved", [False, True], ids=["at once", "with approval and allowance"])
def test_placing_takes_twelve_queries_at_most_whatever_the_number_of_lines(
    clerk: Membership, page: Client, lines: int, approved: bool
) -> None:
    values = {"allowance_quantity": 50, "allowance_days": 28, "approval_required": True} if approved else {}
    MembershipFactory(organisation=clerk.organisation, roles=["order_approver"])
    _fill(clerk, *((_item(**values), 2) for _ in range(lines)))
    sent = _sent(page, clerk)
    with counted_queries() as queries:
        assert page.post(_address(clerk), sent).status_code == 302
    assert len(queries) == (12 if approved else 10), "\n".join(queries)
    assert Order.objects.get().lines.count() == lines


@pytest.mark.parametrize("lines", [1, 40])
def test_checking_takes_the_same_queries_whatever_the_number_of_lines(
    clerk: Membership, page: Client, lines: int
) -> None:
    _fill(clerk, *((_item(allowance_quantity=50, allowance_days=28, approval_required=True), 2) for _ in range(lines)))
    page.get(_address(clerk))  # reads the holidays
    with counted_queries() as queries:
        assert page.get(_address(clerk)).status_code == 200
    assert len(queries) == 6
