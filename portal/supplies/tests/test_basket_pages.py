"""The basket: changing it, what it says, repeating an order, and that it survives."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.api import basket_size
from portal.supplies.models import BasketLine, CatalogueItem
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


def _address(member: Membership, rest: str = "") -> str:
    return f"/o/{member.organisation.code}/supplies/{rest}"


def _fill(clerk: Membership, *lines: tuple[CatalogueItem, int]) -> None:
    fill_basket(contractor_actor(clerk), *lines)


def _quantities() -> dict[str, int]:
    return dict(BasketLine.objects.values_list("item__code", "quantity"))


def test_an_empty_basket_says_what_to_do(clerk: Membership, page: Client) -> None:
    text = page.get(_address(clerk, "basket/")).content.decode()
    assert "Your basket is empty." in text
    assert f'href="{_address(clerk)}"' in text


def test_quantities_and_reasons_are_saved_together(clerk: Membership, page: Client) -> None:
    first, second = CatalogueItemFactory(usual_quantity=2), CatalogueItemFactory()
    _fill(clerk, (first, 3), (second, 1))
    answer = page.post(
        _address(clerk, "basket/"),
        {
            f"quantity-{first.code}": "4", f"reason-{first.code}": " Influenza ",
            f"quantity-{second.code}": "2", "action": "save",
        },
    )  # fmt: skip
    assert answer["Location"] == _address(clerk, "basket/?done=saved")
    assert BasketLine.objects.values_list("item__code", "quantity", "reason").order_by("id").first() == (
        first.code, 4, "Influenza",
    )  # fmt: skip
    event = AuditEvent.objects.get(type="supplies.basket_changed")
    assert event.payload == {"lines": {first.code: 4, second.code: 2}}


def test_nought_removes_a_line(clerk: Membership, page: Client) -> None:
    first, second = CatalogueItemFactory(), CatalogueItemFactory()
    _fill(clerk, (first, 3), (second, 1))
    page.post(_address(clerk, "basket/"), {f"quantity-{first.code}": "0", f"quantity-{second.code}": "1"})
    assert _quantities() == {second.code: 1}


def test_the_remove_button_removes_a_line_and_keeps_the_other_changes(clerk: Membership, page: Client) -> None:
    first, second = CatalogueItemFactory(), CatalogueItemFactory()
    _fill(clerk, (first, 3), (second, 1))
    page.post(
        _address(clerk, "basket/"),
        {f"quantity-{first.code}": "rubbish", f"quantity-{second.code}": "7", "remove": first.code},
    )
    assert _quantities() == {second.code: 7}


def test_the_remove_button_works_when_another_line_is_wrong(clerk: Membership, page: Client) -> None:
    first, second = CatalogueItemFactory(), CatalogueItemFactory(maximum_quantity=10)
    _fill(clerk, (first, 3), (second, 1))
    for wrong in ("11", "many"):
        BasketLine.objects.all().delete()
        _fill(clerk, (first, 3), (second, 1))
        answer = page.post(
            _address(clerk, "basket/"),
            {f"quantity-{first.code}": "3", f"quantity-{second.code}": wrong, "remove": first.code},
        )
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.content.decode()
        assert _quantities() == {second.code: 1}


def test_the_first_button_of_the_form_saves(clerk: Membership, page: Client) -> None:
    _fill(clerk, (CatalogueItemFactory(), 1))
    form = page.get(_address(clerk, "basket/")).content.decode().partition('class="supplies-basket"')[2]
    first_button = form.partition("<button")[2].partition(">")[0]
    assert 'name="action" value="save"' in first_button


def test_going_on_needs_reasons_and_saving_does_not(clerk: Membership, page: Client) -> None:
    item = CatalogueItemFactory(usual_quantity=2, name="GMS1")
    _fill(clerk, (item, 1))
    sent = {f"quantity-{item.code}": "5"}
    assert page.post(_address(clerk, "basket/"), {**sent, "action": "save"}).status_code == 302
    answer = page.post(_address(clerk, "basket/"), {**sent, "action": "check"})
    assert answer.status_code == 422
    assert f'<a href="#id_reason-{item.code}">Say why you need more than 2 of GMS1.</a>' in answer.content.decode()
    sent[f"reason-{item.code}"] = "Influenza"
    assert page.post(_address(clerk, "basket/"), {**sent, "action": "check"})["Location"] == _address(clerk, "check/")


def test_what_cannot_be_ordered_is_said_beside_its_line(clerk: Membership, page: Client) -> None:
    actor = contractor_actor(clerk)
    item = StockLevelFactory(item=CatalogueItemFactory(name="GMS1", allowance_quantity=5, allowance_days=28)).item
    place(actor, (item, 4))
    gone = CatalogueItemFactory(name="Old form", valid_to="2020-02-01")
    secure = SecureItemFactory(name="FP10NC")
    fill_basket(actor, (item, 2), (gone, 1), (secure, 1))
    text = page.get(_address(clerk, "basket/")).content.decode()
    for sentence in (
        "Your site may order 5 of GMS1 in 28 days and has 1 left. Order 1 or fewer, or contact us.",
        "Old form can no longer be ordered.",
        "You need the Secure Stationery Orderer role for FP10NC.",
    ):
        assert text.count(sentence) == 2, sentence  # in the summary and beside the line


def test_a_basket_is_a_persons_own_at_one_site_and_survives_signing_out(clerk: Membership, sign_in: Any) -> None:
    item = CatalogueItemFactory()
    sign_in(clerk).post(_address(clerk), {f"quantity-{item.code}": "3"})
    assert f'name="quantity-{item.code}"' in sign_in(clerk).get(_address(clerk, "basket/")).content.decode()
    elsewhere = MembershipFactory(user=clerk.user, organisation=OrganisationFactory(), roles=["supplies_order_clerk"])
    colleague = MembershipFactory(organisation=clerk.organisation, roles=["supplies_order_clerk"])
    for member in (elsewhere, colleague):
        assert "Your basket is empty." in sign_in(member).get(_address(member, "basket/")).content.decode()


def test_the_basket_is_counted_before_a_site_is_chosen(clerk: Membership) -> None:
    _fill(clerk, (CatalogueItemFactory(), 3), (CatalogueItemFactory(), 1))
    set_scope("")
    assert basket_size(clerk.user_id, clerk.organisation.code) == 2
    assert basket_size(clerk.user_id + 1, clerk.organisation.code) == 0
    assert not BasketLine.objects.exists()  # the wall stands again afterwards


# Seen to fail with the table's row security disabled.
def test_row_security_hides_another_sites_basket(clerk: Membership) -> None:
    _fill(clerk, (CatalogueItemFactory(), 3))
    set_scope("contractor", OrganisationFactory().id)
    assert not BasketLine.objects.exists()
    set_scope("contractor", clerk.organisation_id)
    assert BasketLine.objects.count() == 1


def test_emptying_asks_first(clerk: Membership, page: Client) -> None:
    _fill(clerk, (CatalogueItemFactory(), 3))
    assert "Empty your basket?" in page.get(_address(clerk, "basket/empty/")).content.decode()
    assert BasketLine.objects.exists()
    for _ in range(2):
        assert page.post(_address(clerk, "basket/empty/")).status_code == 302
    assert not BasketLine.objects.exists()
    assert AuditEvent.objects.filter(type="supplies.basket_changed").count() == 1


def test_an_order_is_repeated_and_what_is_gone_is_named_with_its_successor(clerk: Membership, page: Client) -> None:
    stays, goes = (StockLevelFactory(item=CatalogueItemFactory(name=name)).item for name in ("Form A", "Form B"))
    order = place(contractor_actor(clerk), (stays, 2), (goes, 1))
    CatalogueItem.objects.filter(id=goes.id).update(
        valid_to="2020-02-01", replaced_by=CatalogueItemFactory(name="Form C & D")
    )
    answer = page.post(_address(clerk, f"orders/{order.reference}/repeat/"))
    text = page.get(answer["Location"]).content.decode()
    assert _quantities() == {stays.code: 2}
    assert "The items were put into your basket." in text
    assert "Form B cannot be ordered by you now. It was replaced by Form C &amp; D" in text
    assert "?q=Form%20C%20%26%20D" in text


def test_repeating_twice_does_not_double_and_keeps_the_larger_quantity(clerk: Membership, page: Client) -> None:
    first, second = (StockLevelFactory().item for _ in range(2))
    order = place(contractor_actor(clerk), (first, 2), (second, 2))
    _fill(clerk, (first, 5))
    for _ in range(2):
        page.post(_address(clerk, f"orders/{order.reference}/repeat/"))
    assert _quantities() == {first.code: 5, second.code: 2}


def test_nothing_of_an_order_left_is_said(clerk: Membership, page: Client) -> None:
    item = StockLevelFactory().item
    order = place(contractor_actor(clerk), (item, 2))
    CatalogueItem.objects.update(valid_to="2020-02-01")
    text = page.get(page.post(_address(clerk, f"orders/{order.reference}/repeat/"))["Location"]).content.decode()
    assert "cannot be ordered by you now" in text
    assert "were put into your basket" not in text


def test_another_sites_order_cannot_be_repeated(clerk: Membership, page: Client) -> None:
    order = place(contractor_actor(), (StockLevelFactory().item, 2))
    assert page.post(_address(clerk, f"orders/{order.reference}/repeat/")).status_code == 404
    text = page.get(_address(clerk, f"basket/?order={order.reference}")).content.decode()
    assert "cannot be ordered by you now" not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_and_harmless(clerk: Membership, page: Client, text: str) -> None:
    item = CatalogueItemFactory(usual_quantity=1)
    _fill(clerk, (item, 2))
    address = _address(clerk, "basket/")
    assert page.get(address, {"done": text, "order": text, "list": text}).status_code == 200
    assert page.post(address, {f"quantity-{item.code}": text, "remove": "", "action": text}).status_code == 422
    answer = page.post(address, {f"quantity-{item.code}": "2", f"reason-{item.code}": text * 2, "action": "save"})
    assert answer.status_code == (422 if "\x00" in text or len(text) > 250 else 302)
    assert "<script>alert" not in page.get(address).content.decode()
    assert page.post(address, {"remove": text, f"quantity-{item.code}": "2"}).status_code == 302
    assert _quantities() == {item.code: 2}


@pytest.mark.parametrize("number", [1, 40])
def test_the_basket_takes_the_same_queries_however_full_it_is(clerk: Membership, page: Client, number: int) -> None:
    items = CatalogueItemFactory.create_batch(number, allowance_quantity=50, allowance_days=28)
    page.get(_address(clerk, "basket/"))  # reads the holidays
    sent = {f"quantity-{item.code}": "2" for item in items}
    with counted_queries() as queries:
        assert page.post(_address(clerk), sent).status_code == 302
    assert len(queries) == 6  # session, actor, items, allowance, one upsert, event
    with counted_queries() as queries:
        assert page.get(_address(clerk, "basket/")).status_code == 200
    assert len(queries) == 4
