"""Numbered forms from the printer to a prescriber, and what happens when some are missing (J7, J24, J25)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.serials.models import SerialRange
from portal.serials.tests.forms import FIRST, parcel, printed, site
from portal.supplies.models import Consignment
from portal.supplies.tests.factories import SecureItemFactory, StoreFactory
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _numbers(visitor: Visitor, item: str, first: int, count: int) -> None:
    visitor.page.get_by_label("Which form?").first.select_option(item)
    visitor.page.get_by_label("First number").fill(printed(FIRST + first))
    visitor.page.get_by_label("Last number").fill(printed(FIRST + first + count - 1))


@everywhere
def test_numbered_forms_from_the_printer_to_a_prescriber(visit: Visit, javascript: bool, width: int) -> None:
    item, member = SecureItemFactory(name="FP10SS form", pack_size=50), site()
    StoreFactory()
    keeper = visit(staff_member("stock_controller", "warehouse_operator"), javascript=javascript, width=width)
    keeper.go("staff_serials:register")
    keeper.press("Book forms in")
    _numbers(keeper, item.code, 0, 500)
    keeper.looks_right("forms-book-in")
    keeper.press("Book them in")
    keeper.sees("The numbers are in the register.")
    keeper.looks_right("forms-register")
    box = parcel(item, member.organisation)
    keeper.go("staff_serials:parcel", reference=box.reference)
    _numbers(keeper, item.code, 0, 100)
    keeper.looks_right("forms-parcel")
    keeper.press("Add them")
    keeper.sees("The numbers are on the consignment.")
    Consignment.objects.filter(pk=box.pk).update(state="dispatched", carrier="Van", dispatched_at=box.created_at)
    owner = visit(member, javascript=javascript, width=width)
    owner.go("serials:forms", code=owner.code)
    owner.looks_right("forms-own")
    owner.follow("Check and confirm")
    owner.page.get_by_label("It is here").check()
    owner.looks_right("forms-check")
    owner.press("Send the answers")
    owner.sees("The numbers are at your site.")
    owner.follow("Prescribers of your site")
    owner.press("Add a prescriber")
    owner.page.get_by_label("Name").fill("Dr Patel")
    owner.page.get_by_label("Prescriber's code").fill("G1234567")
    owner.page.get_by_label("Doctor").check()
    owner.fill_date(date(2024, 4, 1))
    owner.looks_right("prescriber-add")
    owner.press("Add")
    owner.sees("The prescriber is on your list.")
    owner.looks_right("prescribers")
    owner.go("serials:forms", code=owner.code)
    owner.press("Issue forms")
    _numbers(owner, item.code, 0, 50)
    owner.page.get_by_label("A prescriber of your site").select_option(label="Dr Patel, G1234567")
    owner.press("Issue them")
    owner.sees("The forms are issued.")
    owner.press("Report missing forms")
    _numbers(owner, item.code, 90, 10)
    owner.page.get_by_label("Not in the delivery").check()
    owner.page.get_by_label("How did you notice?").fill("Two pads short when we opened the box.")
    owner.fill_date(date(2026, 11, 1))
    owner.page.get_by_label("When were they last seen, and by whom?").fill("On Monday, by Jo")
    owner.page.get_by_label("Where were they kept?").fill("In the safe")
    owner.looks_right("forms-missing")
    owner.press("Report them")
    owner.sees("red ink")
    owner.looks_right("forms-missing-case")
    decider = visit(staff_member("approver"), javascript=javascript, width=width)
    decider.go("staff_serials:register")
    decider.page.get_by_label("Serial number").fill(printed(FIRST + 7))
    decider.press("Search")
    decider.sees("Dr Patel")
    decider.looks_right("forms-where")
    decider.follow("Settle")
    decider.page.get_by_label("They are lost for good.").check()
    decider.page.get_by_label("How do you know?").fill("The carrier has no trace of them.")
    decider.press("Settle it")
    decider.sees("The report is settled.")
    decider.follow("Missing forms by area")
    decider.sees("Lost for good")
    decider.looks_right("incidents")
    assert set(SerialRange.objects.values_list("state", flat=True)) == {"in_store", "at_site", "issued", "lost"}


def test_a_site_finds_only_its_own_numbers(visit: Visit) -> None:
    item = SecureItemFactory(name="FP10SS form")
    reader = visit(MembershipFactory(roles=["supplies_order_clerk"]))
    reader.go("serials:forms", code=reader.code)
    reader.page.get_by_label("Serial number").fill(printed(FIRST))
    reader.press("Search")
    reader.sees("The register does not know this number here.")
    reader.page.get_by_label("Serial number").fill("123")
    reader.press("Search")
    reader.sees("A serial number has 11 digits.")
    assert item.serial_numbered
