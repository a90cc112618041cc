"""J24: the stock controller books goods in, counts, and keeps the catalogue; a data manager sets ordering rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory
from portal.supplies.models import CatalogueItem, StockCount, StockLevel, SuppliesAccount
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.tests.factories import CatalogueItemFactory, StoreFactory, contractor_actor
from portal.supplies.tests.stock_books import SECOND_PERSON, assert_books_are_right, only_line, order, shelf
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _staff(role: str) -> Membership:
    return MembershipFactory(organisation=OperatorFactory(), roles=[role])


def _cups() -> StockLevel:
    store = StoreFactory(code="MAIN", name="Main store")
    item = CatalogueItemFactory(code="CUP-60", name="Specimen cup, sterile", picture="cup", unit="box", pack_size=100)
    return shelf(0, store=store, item=item)


@everywhere
def test_goods_come_in_and_go_to_the_order_that_waits(visit: Visit, javascript: bool, width: int) -> None:
    level = _cups()
    waiting = order(contractor_actor(), level.item, 4)
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    page = keeper.page

    keeper.go("staff_supplies:stock")
    keeper.looks_right("stock")
    page.get_by_label("Search by code or name").fill("cup")
    keeper.press("Apply filter")
    keeper.follow("Specimen cup, sterile in Main store")
    keeper.sees(waiting.reference)
    keeper.looks_right("stock-level")

    keeper.follow("Change next delivery")
    keeper.fill_date(timezone.localdate() + timedelta(days=6))
    keeper.looks_right("next-delivery")
    keeper.press("Save the date")
    keeper.sees("The expected delivery is saved.")

    page.get_by_role("button", name="Book goods in").click()
    keeper.sees("One pack is one box of 100.")
    keeper.looks_right("goods-in")
    keeper.press("Book in")
    assert page.title().startswith("Error: Book goods in")
    keeper.looks_right("goods-in-with-errors")
    page.get_by_label("How many packs came in").fill("10")
    page.get_by_label("Supplier's delivery note").fill("DN-4711")
    keeper.press("Book in")

    keeper.sees("The goods are booked in.")
    keeper.sees("DN-4711")
    assert only_line(waiting).state == "accepted"
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, level.expected_on) == (10, 4, None)
    assert_books_are_right()


@everywhere
def test_a_count_finds_fewer_and_says_which_order_waits_again(visit: Visit, javascript: bool, width: int) -> None:
    level = shelf(10, store=StoreFactory(code="MAIN", name="Main store"))
    older, newer = order(contractor_actor(), level.item, 5), order(contractor_actor(), level.item, 5)
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    page = keeper.page

    keeper.go("staff_supplies:count_stock", store="MAIN", item=level.item.code)
    keeper.looks_right("count")
    page.get_by_label("How many packs did you count").fill("7")
    keeper.press("Show the difference")
    keeper.sees("You counted 7 packs. The books say 10: that is 3 fewer.")
    keeper.sees(newer.reference)
    assert page.get_by_text(older.reference).count() == 0
    keeper.looks_right("count-difference")
    keeper.press("Confirm the count")

    keeper.sees("The count is saved.")
    approve_count(SECOND_PERSON, DecideCount(count=StockCount.objects.get().reference))
    assert only_line(newer).state == "back_ordered"
    assert only_line(older).state == "accepted"
    assert_books_are_right()


@everywhere
def test_stock_is_adjusted_for_a_reason(visit: Visit, javascript: bool, width: int) -> None:
    level = shelf(10, store=StoreFactory(code="MAIN", name="Main store"))
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)

    keeper.go("staff_supplies:adjust_stock", store="MAIN", item=level.item.code)
    keeper.looks_right("adjust")
    keeper.page.get_by_label("Take off: Damaged, cannot be sent").check()
    keeper.page.get_by_label("How many packs").fill("2")
    keeper.press("Record the adjustment")

    keeper.sees("The adjustment is recorded.")
    keeper.sees("Damaged, cannot be sent.")
    level.refresh_from_db()
    assert level.on_hand == 8


@everywhere
def test_an_item_is_edited_withdrawn_and_its_history_read(visit: Visit, javascript: bool, width: int) -> None:
    CatalogueItemFactory(code="GMS1", name="Old name")
    CatalogueItemFactory(code="GMS1-2027", name="New print")
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    page = keeper.page

    keeper.go("staff_supplies:catalogue")
    keeper.looks_right("staff-catalogue")
    keeper.follow("Old name")
    keeper.looks_right("staff-item")
    page.get_by_role("button", name="Edit the item").click()
    keeper.looks_right("staff-item-edit")
    page.get_by_label("Name", exact=True).fill("Registration with a GP practice")
    page.get_by_label("Most packs in an order").fill("30")
    keeper.press("Save the changes")
    keeper.sees("The item was changed.")
    keeper.sees("Name: Registration with a GP practice, before that Old name")

    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_label("Code of the item to order instead").fill("gms1-2027")
    keeper.looks_right("staff-item-withdraw")
    keeper.press("Withdraw the item")
    keeper.sees("The item's last day was saved.")
    keeper.sees("Replaced by: GMS1-2027, before that nothing")
    assert CatalogueItem.objects.get(code="GMS1").replaced_by is not None


def test_two_people_edit_one_item_and_neither_loses_a_word(visit: Visit) -> None:
    CatalogueItemFactory(code="GMS1", name="First name")
    sam, eve = visit(_staff("stock_controller")), visit(_staff("stock_controller"))
    for person in (sam, eve):
        person.go("staff_supplies:edit_item", item="GMS1")
    sam.page.get_by_label("Name", exact=True).fill("The name that Sam gave")
    sam.press("Save the changes")
    eve.page.get_by_label("Name", exact=True).fill("The name that Eve gave")
    eve.press("Save the changes")

    eve.sees("Somebody else changed this item while you were editing it.")
    eve.sees("Now: The name that Sam gave")
    assert eve.page.get_by_label("Name", exact=True).input_value() == "The name that Eve gave"
    eve.looks_right("staff-item-changed-meanwhile")
    eve.press("Save the changes")
    eve.sees("The item was changed.")
    assert CatalogueItem.objects.get(code="GMS1").name == "The name that Eve gave"


@everywhere
def test_an_item_and_a_store_are_added(visit: Visit, javascript: bool, width: int) -> None:
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    page = keeper.page

    keeper.go("staff_supplies:stores")
    keeper.sees("There is no store yet.")
    page.get_by_role("button", name="Add a store").click()
    page.get_by_label("Code").fill("main")
    page.get_by_label("Name").fill("Main store")
    keeper.looks_right("store-add")
    keeper.press("Add the store")
    keeper.sees("The store was added.")
    keeper.looks_right("stores")

    keeper.go("staff_supplies:add_item")
    page.get_by_label("Code", exact=True).fill("hc12")
    page.get_by_label("Name", exact=True).fill("HC12 charges leaflet")
    page.get_by_label("Category").fill("Charges")
    page.get_by_label("Opticians").check()
    keeper.looks_right("staff-item-add")
    keeper.press("Add the item")
    keeper.sees("The item was added.")
    assert StockLevel.objects.get(item__code="HC12", store__code="MAIN").on_hand == 0


@everywhere
def test_a_data_manager_sets_the_ordering_rules(visit: Visit, javascript: bool, width: int) -> None:
    site = OrganisationFactory(name="ELM TREE SURGERY")
    manager = visit(_staff("data_manager"), javascript=javascript, width=width)

    manager.go("staff_supplies:account", organisation=site.code)
    assert "ELM TREE SURGERY" in manager.page.locator(".nhsuk-caption-l").inner_text()
    manager.page.get_by_label("Yes, every order").check()
    manager.looks_right("ordering-rules")
    manager.press("Save the rules")
    assert manager.page.title().startswith("Error: Ordering rules")
    manager.page.get_by_label("Reason").fill("The partners asked for it on 3 November.")
    manager.press("Save the rules")

    manager.sees("The ordering rules were changed.")
    manager.sees("Every order of this organisation needs the approval of somebody else.")
    assert SuppliesAccount.objects.get(organisation=site).approval_required
