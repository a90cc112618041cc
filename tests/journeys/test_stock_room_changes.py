"""J24, J25: a transfer between stores, a shortage that sites read about, a parcel that comes back."""

from __future__ import annotations

import pytest

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OperatorFactory
from portal.supplies.models import Consignment, StockLevel
from portal.supplies.services.record_delivery import record_failed_delivery
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, StoreFactory, contractor_actor
from portal.supplies.tests.stock_books import assert_books_are_right, only_line, order, shelf
from portal.supplies.tests.warehouse import dispatched, staff_actor
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _staff(role: str) -> Membership:
    return MembershipFactory(organisation=OperatorFactory(), roles=[role])


@everywhere
def test_packs_go_to_another_store(visit: Visit, javascript: bool, width: int) -> None:
    level = shelf(10, store=StoreFactory(code="MAIN", name="Main store"))
    StoreFactory(code="NORTH", name="North store", priority=20)
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_supplies:stock_level", store="MAIN", item=level.item.code)
    keeper.page.get_by_role("button", name="Transfer").click()
    keeper.page.get_by_label("Which store did they go to").select_option("NORTH")
    keeper.page.get_by_label("How many packs").fill("40")
    keeper.press("Record the transfer")
    keeper.sees("Only 10 are free.")
    keeper.looks_right("transfer-with-errors")
    keeper.page.get_by_label("How many packs").fill("4")
    keeper.press("Record the transfer")
    keeper.sees("The transfer is recorded in both stores.")
    keeper.sees("To North store")
    assert StockLevel.objects.get(store__code="NORTH", item=level.item).on_hand == 4
    assert_books_are_right()


@everywhere
def test_sites_read_of_a_shortage_and_what_to_order_instead(visit: Visit, javascript: bool, width: int) -> None:
    short = StockLevelFactory(item=CatalogueItemFactory(code="SHORT", name="Short form")).item
    StockLevelFactory(item=CatalogueItemFactory(code="LONG", name="Long form"))
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_supplies:item", item=short.code)
    keeper.page.get_by_role("button", name="Shortage notice").click()
    keeper.page.get_by_label("What should sites know").fill("The printer is late.")
    keeper.page.get_by_label("Code of the item to order instead").fill("long")
    keeper.looks_right("shortage")
    keeper.press("Show the notice")
    keeper.sees("Sites see it in their catalogue.")

    clerk = visit(MembershipFactory(roles=["supplies_order_clerk"]), javascript=javascript, width=width)
    clerk.go("supplies:catalogue", code=clerk.code)
    clerk.sees("The printer is late.")
    clerk.looks_right("catalogue-shortage")
    clerk.page.get_by_text("You can order").get_by_role("link", name="Long form").click()
    assert clerk.heading() == "Long form"


@everywhere
def test_a_parcel_comes_back_and_is_picked_again(visit: Visit, javascript: bool, width: int) -> None:
    level = shelf(10, store=StoreFactory(code="MAIN", name="Main store"))
    placed = order(contractor_actor(), level.item, 3)
    failed = record_failed_delivery(staff_actor(), dispatched(placed).reference, "Nobody was there")
    picker = visit(_staff("warehouse_operator"), javascript=javascript, width=width)
    picker.go("staff_supplies:consignment", reference=failed.reference)
    picker.follow("It came back")
    picker.looks_right("came-back")
    picker.press("Book it back in")
    picker.sees("It is back on its shelf. Pick the order again.")
    picker.looks_right("order-came-back")
    assert only_line(placed).state == "accepted"
    assert Consignment.objects.get().state == "cancelled"
    assert_books_are_right()
