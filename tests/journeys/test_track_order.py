"""J6: a site follows its orders: approves, cancels, confirms, reports what is wrong, takes the list along."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.casework.services.work_case import answer_case
from portal.casework.tests.factories import agent, staff_member
from portal.supplies.models import Order
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from portal.supplies.tests.warehouse import delivered, dispatched
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _order(clerk: Membership, *, approval: bool = False) -> Order:
    """Needles that are there and cups that are not."""
    needles = StockLevelFactory(
        item=CatalogueItemFactory(name="Needles, green", unit="box", approval_required=approval), on_hand=20
    )
    cups = StockLevelFactory(item=CatalogueItemFactory(name="Specimen cups", picture="cup"), on_hand=3)
    return place(contractor_actor(clerk), (needles.item, 2), (cups.item, 5))


def _open(visitor: Visitor, order: Order) -> None:
    visitor.go("supplies:order", code=visitor.code, reference=order.reference)


@everywhere
def test_a_colleague_approves_an_order_and_the_clerk_cancels_the_rest(
    visit: Visit, javascript: bool, width: int
) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    colleague = MembershipFactory(organisation=membership.organisation, roles=["order_approver"])
    order = _order(membership, approval=True)
    clerk = visit(membership, javascript=javascript, width=width)
    approver = visit(colleague, javascript=javascript, width=width)

    _open(clerk, order)
    clerk.sees("You placed this order, so somebody else decides it.")
    clerk.looks_right("order-awaiting-approval")

    approver.go("contractor:home", code=approver.code)
    approver.follow("Orders that need you")
    assert approver.heading() == "Your orders"
    approver.looks_right("orders-that-need-you")
    approver.follow(order.reference)
    approver.press("Approve")
    approver.looks_right("approve")
    approver.press("Approve the order")
    approver.sees("You approved the order.")
    approver.looks_right("order-approved")

    dispatched(order)
    _open(clerk, order)
    clerk.sees("Still to be sent")
    clerk.follow("Cancel what has not been picked")
    clerk.sees("2 of Specimen cups")
    clerk.looks_right("cancel")
    clerk.press("Cancel the order")
    assert clerk.page.title().startswith("Error: ")
    clerk.looks_right("cancel-with-an-error")
    clerk.page.get_by_label("We found some elsewhere").check()
    clerk.press("Cancel the order")
    clerk.sees("What could be cancelled has been cancelled.")
    clerk.sees("2 cancelled")
    assert sorted(order.lines.values_list("state", "cancelled")) == [("dispatched", 0), ("dispatched", 2)]


@everywhere
def test_a_clerk_confirms_what_arrived_and_reports_what_is_missing(visit: Visit, javascript: bool, width: int) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    order = _order(membership)
    delivered(order)
    clerk = visit(membership, javascript=javascript, width=width)

    clerk.go("supplies:orders", code=clerk.code)
    clerk.looks_right("orders")
    clerk.follow(order.reference)
    clerk.looks_right("order-delivered")
    clerk.press("Confirm what arrived")
    clerk.looks_right("receipt")
    clerk.page.get_by_label("Needles, green").fill("7")
    clerk.press("Confirm")
    clerk.sees("Needles, green must be 2 or fewer.")
    clerk.looks_right("receipt-with-an-error")
    clerk.page.get_by_label("Needles, green").fill("1")
    clerk.page.get_by_label("Is there anything we should know?").fill("The box was open.")
    clerk.press("Confirm")
    clerk.sees("We look into what is missing, and write to you.")
    clerk.looks_right("order-with-a-problem")

    case = Case.objects.get()
    clerk.follow(case.reference)
    clerk.looks_right("own-case")
    answer_case(agent(), case.reference, "One more box is on its way.")
    clerk.page.reload()
    clerk.sees("One more box is on its way.")
    clerk.press("This is settled")
    clerk.looks_right("close-case")
    clerk.press("Yes, close it")
    clerk.sees("Thank you. The case is closed.")

    _open(clerk, order)
    clerk.follow("Confirm again what arrived")
    clerk.page.get_by_label("Needles, green").fill("2")
    clerk.press("Confirm")
    clerk.sees("You have confirmed what arrived.")
    order.refresh_from_db()
    assert order.state == "back_ordered"  # two cups are still to come


@everywhere
def test_support_works_through_what_a_site_reports(visit: Visit, javascript: bool, width: int) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    order = _order(membership)
    clerk = visit(membership, javascript=javascript, width=width)
    support = visit(staff_member(), javascript=javascript, width=width)

    _open(clerk, order)
    clerk.follow("Report a problem with this order")
    clerk.looks_right("report")
    clerk.page.get_by_label("It has not arrived").check()
    clerk.page.get_by_label("What happened?").fill("We expected it yesterday.")
    clerk.press("Send the report")
    clerk.sees("We have your report.")
    case = Case.objects.get()

    support.go("staff_casework:cases")
    support.looks_right("cases")
    support.follow(case.reference)
    support.looks_right("staff-case")
    support.press("Look into it")
    support.looks_right("take-case")
    support.press("Look into it")
    support.press("Answer")
    support.page.get_by_label("Your answer").fill("It leaves the warehouse today.")
    support.looks_right("answer-case")
    support.press("Send the answer")
    support.sees("The answer was sent.")

    clerk.go("casework:cases", code=clerk.code)
    clerk.looks_right("own-cases")
    clerk.follow(case.reference)
    clerk.sees("It leaves the warehouse today.")


@everywhere
def test_the_list_is_searched_printed_and_taken_along(visit: Visit, javascript: bool, width: int) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    first, second = _order(membership), _order(membership)
    clerk = visit(membership, javascript=javascript, width=width)

    clerk.go("supplies:orders", code=clerk.code)
    clerk.page.get_by_label("Reference or item").fill(first.reference)
    clerk.press("Apply filter")
    clerk.page.get_by_role("link", name=second.reference).wait_for(state="detached")
    clerk.page.get_by_role("link", name=first.reference).wait_for()
    with clerk.page.expect_download() as download:
        clerk.follow("Excel (XLSX)")
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
    assert {cell.value for cell in sheet["A"]} == {"Order", first.reference}
    clerk.follow("Clear")
    clerk.follow(second.reference)
    clerk.follow("Print this order")
    clerk.looks_right("print-order")
    clerk.page.emulate_media(media="print")
    assert not clerk.page.get_by_role("link", name="Back to the order").is_visible()
    assert clerk.page.get_by_text("What was ordered, in packs").is_visible()
