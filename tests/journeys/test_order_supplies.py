"""J5: a site orders supplies, from the catalogue to the placed order."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.supplies.models import BasketLine, Order
from portal.supplies.tests.factories import CatalogueItemFactory, SecureItemFactory, StockLevelFactory
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _catalogue() -> None:
    gms1 = CatalogueItemFactory(
        code="GMS1", name="GMS1 registration form", category="Registration forms", usual_quantity=5, allowance_quantity=30,
        allowance_days=28,
    )  # fmt: skip
    needles = CatalogueItemFactory(
        code="NEEDLE-21G", name="Needles, green, 21 gauge", category="Clinical supplies", picture="needle", unit="box"
    )
    cups = CatalogueItemFactory(code="CUP", name="Sterile specimen cups", category="Clinical supplies", picture="cup")
    pads = SecureItemFactory(
        code="FP10NC", name="FP10NC prescription pad, handwritten", category="Prescription forms", picture="pad",
        unit="pad", pack_size=50, approval_required=True,
    )  # fmt: skip
    for item, packs in ((gms1, 100), (needles, 4), (cups, 0), (pads, 50)):
        StockLevelFactory(item=item, on_hand=packs)


@everywhere
def test_a_clerk_orders_for_the_site(visit: Visit, javascript: bool, width: int) -> None:
    _catalogue()
    clerk = visit(MembershipFactory(roles=["supplies_order_clerk"]), javascript=javascript, width=width)
    page = clerk.page

    clerk.go("supplies:catalogue", code=clerk.code)
    assert clerk.heading() == "Order supplies"
    clerk.sees("You need the Secure Stationery Orderer role; ask your Main Contact.")
    clerk.looks_right("catalogue")
    page.get_by_label("How many of GMS1 registration form").fill("6")
    page.get_by_label("How many of Needles, green, 21 gauge").fill("2")
    page.get_by_label("How many of Sterile specimen cups").fill("1")
    clerk.press("Add to basket")

    assert clerk.heading() == "Your basket"
    clerk.sees("Nothing is ordered yet.")
    clerk.press("Continue to check your order")
    assert page.title().startswith("Error: Your basket")
    clerk.looks_right("basket-with-an-error")
    page.get_by_role("link", name="Say why you need more than 5 of GMS1 registration form.").click()
    page.get_by_label("Why do you need more than 5 packs?").fill("A new housing estate opens")
    clerk.press("Continue to check your order")

    assert clerk.heading() == "Check your order"
    clerk.sees("1 TEST STREET")
    clerk.looks_right("check")
    clerk.press("Place order")

    order = Order.objects.get()
    assert f"/supplies/orders/{order.reference}/" in page.url
    assert [(line.item_code, line.quantity, line.state) for line in order.lines.order_by("item_code")] == [
        ("CUP", 1, "back_ordered"), ("GMS1", 6, "accepted"), ("NEEDLE-21G", 2, "accepted"),
    ]  # fmt: skip
    assert BasketLine.objects.count() == 0
