"""J5: a site orders supplies, from the catalogue to the placed order."""

from __future__ import annotations

import re

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.demo.second_factor import current_code, give_second_factor
from portal.serials.tests.forms import prescriber
from portal.supplies.models import BasketLine, CatalogueItem, Order
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    SecureItemFactory,
    StockLevelFactory,
    contractor_actor,
    fill_basket,
    place,
)
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _catalogue() -> None:
    gms1 = CatalogueItemFactory(
        code="GMS1", name="GMS1 registration form", category="Registration forms", usual_quantity=5,
        allowance_quantity=30, allowance_days=28,
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

    clerk.page.wait_for_url(re.compile(r"/orders/SO-"))
    order = Order.objects.get()
    assert f"/supplies/orders/{order.reference}/" in page.url
    assert [(line.item_code, line.quantity, line.state) for line in order.lines.order_by("item_code")] == [
        ("CUP", 1, "back_ordered"), ("GMS1", 6, "accepted"), ("NEEDLE-21G", 2, "accepted"),
    ]  # fmt: skip
    assert BasketLine.objects.count() == 0


@everywhere
def test_a_secure_item_needs_a_fresh_second_factor_and_nothing_is_lost(
    visit: Visit, javascript: bool, width: int
) -> None:
    _catalogue()
    member = MembershipFactory(roles=["secure_stationery_orderer"])
    give_second_factor(member.user)
    prescriber(MembershipFactory(organisation=member.organisation, roles=["main_contact"]))
    orderer = visit(member, javascript=javascript, width=width, minutes_ago=11)
    page = orderer.page

    orderer.go("supplies:item", code=orderer.code, item_code="FP10NC")
    orderer.sees("Only people with the Secure Stationery Orderer role can order it.")
    orderer.looks_right("secure-item")
    page.get_by_label("How many").fill("2")
    orderer.press("Add to basket")
    orderer.go("serials:pads", code=orderer.code)
    page.get_by_label("FP10NC prescription pad, handwritten").select_option(label="Dr Patel, D12345")
    orderer.looks_right("whose-pads")
    orderer.press("Keep this")
    orderer.follow("Go to your basket")
    orderer.press("Continue to check your order")

    assert orderer.heading() == "Confirm it is you"
    orderer.looks_right("confirm-it-is-you")
    page.get_by_label("Code", exact=True).fill(current_code(member.user))
    orderer.press("Confirm")

    assert orderer.heading() == "Check your order"
    orderer.sees("Your order needs approval because FP10NC prescription pad, handwritten always needs it.")
    orderer.sees("somebody will be there to sign for the numbered stationery")
    orderer.looks_right("check-secure")
    orderer.press("Place order")
    orderer.page.wait_for_url(re.compile(r"/orders/SO-"))
    assert Order.objects.get().state == "awaiting_approval"


@everywhere
def test_going_back_and_sending_again_makes_no_second_order(visit: Visit, javascript: bool, width: int) -> None:
    _catalogue()
    member = MembershipFactory(roles=["supplies_order_clerk"])
    fill_basket(contractor_actor(member), (CatalogueItem.objects.get(code="GMS1"), 2))
    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("supplies:check", code=clerk.code)
    clerk.press("Place order")
    clerk.page.wait_for_url(re.compile(r"/orders/SO-"))
    there = clerk.page.url
    clerk.page.wait_for_load_state()  # Chromium cannot go back from a page it has only begun to show
    clerk.page.go_back()
    if clerk.page.get_by_role("button", name="Place order").count():  # the page as the browser kept it
        clerk.press("Place order")
        clerk.page.wait_for_url(there)
    assert Order.objects.count() == 1


@everywhere
def test_a_change_in_another_tab_is_met_with_a_way_on(visit: Visit, javascript: bool, width: int) -> None:
    _catalogue()
    member = MembershipFactory(roles=["supplies_order_clerk"])
    fill_basket(contractor_actor(member), (CatalogueItem.objects.get(code="GMS1"), 2))
    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("supplies:check", code=clerk.code)
    BasketLine.objects.update(quantity=3)
    clerk.press("Place order")
    assert clerk.heading() == "Nothing was ordered yet"
    clerk.looks_right("basket-changed")
    clerk.follow("Check your order as it is now")
    clerk.sees("3 packs of 100")
    clerk.press("Place order")
    clerk.page.wait_for_url(re.compile(r"/orders/SO-"))
    assert Order.objects.get().lines.get().quantity == 3


@everywhere
def test_a_list_is_kept_used_and_repeated(visit: Visit, javascript: bool, width: int) -> None:
    _catalogue()
    member = MembershipFactory(roles=["supplies_order_clerk"])
    actor = contractor_actor(member)
    gms1, cups = CatalogueItem.objects.get(code="GMS1"), CatalogueItem.objects.get(code="CUP")
    order = place(actor, (gms1, 2), (cups, 1))
    CatalogueItem.objects.filter(code="CUP").update(valid_to="2020-02-01", replaced_by=gms1)
    clerk = visit(member, javascript=javascript, width=width)
    page = clerk.page

    clerk.go("supplies:save_order", code=clerk.code, reference=order.reference)
    clerk.press("Save the list")
    clerk.sees("Enter name of the list")
    clerk.looks_right("save-list-with-an-error")
    page.get_by_label("Name of the list").fill("Every month")
    clerk.press("Save the list")
    assert clerk.heading() == "Favourite lists"
    clerk.looks_right("favourite-lists")
    clerk.press("Put into basket")
    clerk.sees("Sterile specimen cups cannot be ordered by you now. It was replaced by GMS1 registration form")
    clerk.looks_right("basket-from-a-list")
    clerk.press("Remove")
    clerk.sees("Your basket is empty.")
    clerk.looks_right("empty-basket")
    clerk.go("supplies:favourites", code=clerk.code)
    clerk.follow("Delete")
    clerk.looks_right("delete-list")
    clerk.press("Delete the list")
    clerk.sees("Your site has no favourite lists yet.")


@everywhere
def test_changing_the_site_with_a_full_basket_asks(visit: Visit, javascript: bool, width: int) -> None:
    _catalogue()
    member = MembershipFactory(roles=["supplies_order_clerk"])
    other = MembershipFactory(user=member.user, roles=["supplies_order_clerk"])
    fill_basket(contractor_actor(member), (CatalogueItem.objects.get(code="GMS1"), 2))
    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("supplies:catalogue", code=clerk.code)
    clerk.sees("Your basket (1 item)")
    clerk.follow("Change organisation")
    clerk.page.get_by_label("Select Organisation and Address").select_option(other.organisation.code)
    clerk.press("Update")
    assert clerk.heading() == "You have things in your basket"
    clerk.looks_right("leave-basket")
    clerk.page.get_by_text(f"Switch to {other.organisation.name}").click()
    assert f"/o/{other.organisation.code}/" in clerk.page.url
    clerk.go("supplies:basket", code=clerk.code)
    clerk.sees("GMS1 registration form")


def test_an_order_is_placed_by_keyboard_alone(visit: Visit) -> None:
    _catalogue()
    clerk = visit(MembershipFactory(roles=["supplies_order_clerk"]))
    keyboard, focused = clerk.page.keyboard, "document.activeElement"

    def tab_to(what: str) -> None:
        for _ in range(80):
            keyboard.press("Tab")
            name = clerk.page.evaluate(f"{focused}.name + ' ' + {focused}.innerText.trim()")
            assert clerk.page.evaluate(f"{focused}.getBoundingClientRect().height") > 0
            if what in name:
                return
        raise AssertionError(f"Tab never came to {what}.")

    clerk.go("supplies:catalogue", code=clerk.code)
    tab_to("quantity-GMS1")
    keyboard.type("2")
    keyboard.press("Enter")
    clerk.sees("Your basket was changed.")
    tab_to("quantity-GMS1")
    keyboard.type("3")  # the field's text is selected when the focus comes
    keyboard.press("Enter")
    clerk.sees("Your changes were saved.")  # Enter saves; it does not remove the first line
    tab_to("Continue to check your order")
    keyboard.press("Enter")
    clerk.sees("Check your order")
    tab_to("Place order")
    keyboard.press("Enter")
    clerk.page.wait_for_url(re.compile(r"/orders/SO-"))
    assert Order.objects.get().lines.get().quantity == 3
