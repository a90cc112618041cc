"""The main job, end to end: a site orders, the operator picks, packs, hands over and delivers, the site sees each step.

J5, J6 and J25, as the README tells a newcomer to try them; with and without scripts, wide and narrow.
"""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import Consignment, Order
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _staff(*roles: str) -> Membership:
    operator = Organisation.objects.filter(code="X4S4L").first() or OrganisationFactory(
        code="X4S4L", kind="operator", contractor_type="", name="The operator"
    )
    return MembershipFactory(organisation=operator, roles=list(roles))


def _order(clerk: Membership) -> Order:
    needles = StockLevelFactory(
        item=CatalogueItemFactory(code="NEEDLE-21G", name="Needles, green", unit="box"), on_hand=20, location="A-01"
    )
    cups = StockLevelFactory(item=CatalogueItemFactory(code="CUP", name="Specimen cups"), on_hand=3, location="B-02")
    return place(contractor_actor(clerk), (needles.item, 2), (cups.item, 5))


def _scan(picker: Visitor, text: str) -> None:
    """A keyboard-wedge scanner: it types into the field that has the focus, and presses Enter."""
    field = picker.page.get_by_label("Scan or type an item's code")
    field.focus()
    picker.page.keyboard.type(text)  # behind whatever stands in the field: it must be empty
    picker.page.keyboard.press("Enter")


@everywhere
def test_an_order_is_followed_from_the_basket_to_the_door(visit: Visit, javascript: bool, width: int) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    order = _order(membership)
    clerk = visit(membership, javascript=javascript, width=width)
    picker = visit(_staff("warehouse_operator"), javascript=javascript, width=width)

    _is_picked(picker, order)
    _is_packed_short_of_what_waits(picker)
    consignment = Consignment.objects.get(order=order)
    _is_handed_over(picker)

    clerk.go("supplies:order", code=clerk.code, reference=order.reference)
    clerk.sees("Still to be sent")
    clerk.sees("DPD 0042")
    clerk.looks_right("order-on-its-way")

    _is_delivered(picker, consignment)
    _is_confirmed(clerk, order)


def _is_picked(picker: Visitor, order: Order) -> None:
    picker.go("/staff/")
    picker.looks_right("staff-home")
    picker.go("staff_supplies:orders")
    picker.looks_right("staff-orders")
    picker.follow(order.reference)
    picker.looks_right("staff-order")
    picker.press("Pick this order")
    picker.looks_right("start-picking")
    picker.press("Start picking")
    assert "Scan what you pick" in picker.heading()
    _scan(picker, "WRONG-ITEM")
    picker.sees("WRONG-ITEM is NOT on this pick list. Put it back.")
    picker.looks_right("pick-wrong-item")
    _scan(picker, "]C1needle-21g")
    picker.sees("1 of 2 picked")
    _scan(picker, "NEEDLE-21G")
    picker.sees("2 of 2 picked")
    _scan(picker, "CUP*3")
    picker.sees("Everything is picked.")
    picker.looks_right("pick-done")


def _is_packed_short_of_what_waits(picker: Visitor) -> None:
    picker.press("Pack it")
    picker.looks_right("pack")
    picker.press("Pack")
    picker.sees("Packed. It waits for the carrier.")
    picker.looks_right("consignment-packed")


def _is_handed_over(picker: Visitor) -> None:
    picker.press("Hand over to the carrier")
    picker.looks_right("hand-over")
    picker.page.get_by_label("DPD").check()
    picker.page.get_by_label("Carrier's reference").fill("DPD 0042")
    picker.press("Hand over")
    picker.sees("Handed over. The site has been told.")


def _is_delivered(picker: Visitor, consignment: Consignment) -> None:
    picker.go("staff_supplies:warehouse")
    picker.looks_right("warehouse")
    picker.go("staff_supplies:deliver", reference=consignment.reference)
    picker.looks_right("deliver")
    picker.page.get_by_label("Who took it in?").fill("Jo Field")
    picker.fill_date(timezone.localdate())
    now = timezone.localtime()
    picker.page.get_by_label("At what time?").fill(f"{now:%H:%M}")
    picker.press("Record the delivery")
    picker.sees("Delivered. The site has been told.")


def _is_confirmed(clerk: Visitor, order: Order) -> None:
    clerk.go("supplies:order", code=clerk.code, reference=order.reference)
    clerk.sees("Jo Field")
    clerk.press("Confirm what arrived")
    clerk.looks_right("receipt")
    clerk.press("Confirm")
    clerk.sees("Thank you. You have confirmed what arrived.")
    clerk.looks_right("order-confirmed")


def test_an_approver_decides_and_the_orderer_sees_it(visit: Visit) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    approver = MembershipFactory(organisation=membership.organisation, roles=["order_approver"])
    item = CatalogueItemFactory(name="Prescription pads", approval_required=True)
    StockLevelFactory(item=item)
    order = place(contractor_actor(membership), (item, 1))

    person = visit(approver)
    person.go("contractor:home", code=person.code)
    person.looks_right("approver-home")
    person.go("supplies:order", code=person.code, reference=order.reference)
    person.looks_right("order-to-decide")
    person.press("Approve")
    person.looks_right("approve")
    person.press("Approve")
    person.sees("You approved the order.")

    clerk = visit(membership)
    clerk.go("supplies:order", code=clerk.code, reference=order.reference)
    clerk.sees("Approved")


def test_the_operator_decides_for_a_site_with_one_person(visit: Visit) -> None:
    membership = MembershipFactory(roles=["main_contact"])
    item = CatalogueItemFactory(name="Prescription pads", approval_required=True)
    StockLevelFactory(item=item)
    order = place(contractor_actor(membership), (item, 1))

    approver = visit(_staff("approver"))
    approver.go("staff_supplies:order", reference=order.reference)
    approver.press("Do not approve")
    approver.press("Do not approve")
    assert approver.page.title().startswith("Error: ")
    approver.looks_right("staff-reject-error")
    approver.page.get_by_label("Why do you not approve it?").fill("We could not reach you")
    approver.press("Do not approve")
    approver.sees("The order was not approved. The site has been told.")


def test_a_report_becomes_a_case_that_staff_answers(visit: Visit) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    order = _order(membership)
    clerk = visit(membership)
    clerk.go("supplies:order", code=clerk.code, reference=order.reference)
    clerk.follow("Report a problem")
    clerk.looks_right("report")
    clerk.page.get_by_label("It has not arrived").check()
    clerk.page.get_by_label("What happened?").fill("We wait for the needles")
    clerk.press("Send the report")
    clerk.sees("We have your report.")
    clerk.looks_right("own-case")

    agent = visit(_staff("support_agent"))
    agent.go("staff_casework:cases")
    agent.looks_right("cases")
    agent.page.get_by_role("link", name="CA-").first.click()
    agent.looks_right("case")
    agent.press("Answer")
    agent.page.get_by_label("Your answer").fill("It leaves us today.")
    agent.looks_right("answer")
    agent.press("Send the answer")
    agent.sees("The answer was sent.")

    clerk.page.reload()
    clerk.sees("It leaves us today.")
