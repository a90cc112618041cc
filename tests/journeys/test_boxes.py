"""J25, J6: an order in two boxes, scanned in, scanned out, and one of them does not come."""

from __future__ import annotations

import pytest

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OperatorFactory
from portal.supplies.models import Consignment
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from portal.supplies.tests.warehouse import dispatched, picked
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _picker() -> Membership:
    return MembershipFactory(organisation=OperatorFactory(), roles=["warehouse_operator"])


def _order(clerk: Membership) -> object:
    needles = StockLevelFactory(item=CatalogueItemFactory(code="NEEDLE-21G", name="Needle 21G"))
    cups = StockLevelFactory(item=CatalogueItemFactory(code="CUP", name="Specimen cup"))
    return place(contractor_actor(clerk), (needles.item, 2), (cups.item, 3))


def _scan(picker: Visitor, code: str, box: str) -> None:
    picker.page.get_by_label("Into which box?").select_option(label=box)
    picker.page.get_by_label("Scan or type an item's code").fill(code)
    picker.press("Put it in")


@everywhere
def test_an_order_is_packed_in_two_boxes_and_every_box_is_scanned_out(
    visit: Visit, javascript: bool, width: int
) -> None:
    order = _order(MembershipFactory(roles=["supplies_order_clerk"]))
    consignment = picked(order)  # type: ignore[arg-type]
    picker = visit(_picker(), javascript=javascript, width=width)
    picker.go("staff_supplies:pack", reference=consignment.reference)
    picker.sees("It goes in one box.")
    picker.looks_right("pack-one-box")
    picker.follow("If you need several boxes, say what lies in which")
    picker.press("Add a box")
    picker.press("Add a box")
    _scan(picker, "WRONG", "Box 1")
    picker.sees("WRONG was NOT picked for this consignment. Put it back.")
    _scan(picker, "needle-21g*2", "Box 1")
    picker.looks_right("boxes")
    picker.press("Put all the rest in", number=1)
    picker.sees("Everything that was picked lies in a box.")
    picker.press("Close box 1")
    picker.page.get_by_label("Weight in kilograms").fill("2.4")
    picker.looks_right("close-box")
    picker.press("Close the box")
    picker.sees("Box 1, closed")
    picker.looks_right("boxes-filled")
    picker.page.get_by_role("button", name="Pack it").click()
    picker.looks_right("pack-two-boxes")
    picker.press("Pack")
    picker.sees("Packed. It waits for the carrier.")
    picker.looks_right("consignment-boxes")

    picker.press("Hand over to the carrier")
    picker.sees("0 of 2 scanned.")
    picker.looks_right("load")
    for number in (2, 1):
        picker.page.get_by_label("Scan the label of a box").fill(f"{consignment.reference}-{number}")
        picker.press("Count the box")
    picker.page.get_by_label("DPD").check()
    picker.press("Hand over")
    picker.sees("Handed over. The site has been told.")
    assert Consignment.objects.get().state == "dispatched"


@everywhere
def test_a_box_that_did_not_come_is_looked_for_at_once(visit: Visit, javascript: bool, width: int) -> None:
    member = MembershipFactory(roles=["supplies_order_clerk"])
    order = _order(member)
    consignment = dispatched(order, packages=2)  # type: ignore[arg-type]
    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("supplies:order", code=clerk.code, reference=order.reference)  # type: ignore[attr-defined]
    clerk.sees("Box 1 of 2: 1 x Needle 21G.")
    clerk.looks_right("order-boxes")
    clerk.follow("It has arrived: confirm it")
    clerk.page.get_by_label("It did not come").nth(1).check()
    clerk.looks_right("receipt-by-box")
    clerk.press("Confirm")
    clerk.page.get_by_text("Problem reported").first.wait_for()
    consignment.refresh_from_db()
    assert consignment.state == "discrepancy"
    assert [box.answer for box in consignment.boxes.all()] == ["came", "missing"]
    clerk.looks_right("order-box-missing")
