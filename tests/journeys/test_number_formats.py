"""The check digit of a form: tried on real numbers, asked for, agreed with by somebody else, and used at once."""

from __future__ import annotations

import pytest

from portal.casework.tests.factories import staff_member
from portal.serials.models import SerialRule
from portal.serials.tests.test_number_formats import luhn
from portal.supplies.tests.factories import SecureItemFactory, StoreFactory
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_a_check_digit_is_tried_asked_for_agreed_with_and_used(visit: Visit, javascript: bool, width: int) -> None:
    SecureItemFactory(name="FP10SS form")
    StoreFactory()
    keeper = visit(staff_member("stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_serials:register")
    keeper.follow("Format and check digit of each form")
    keeper.sees("11 digits, the last not checked")
    keeper.looks_right("number-formats")
    keeper.follow("FP10SS form")
    keeper.press("Try another format")
    keeper.page.get_by_label("Luhn").check()
    keeper.page.get_by_label("Numbers of real forms").fill(f"{luhn(5)}\n00000000990")
    keeper.press("Try it")
    keeper.sees("It does not fit")
    keeper.looks_right("number-format-tried")
    keeper.page.get_by_label("Numbers of real forms").fill(f"{luhn(5)}\n{luhn(77)}")
    keeper.press("Ask a second person")
    keeper.sees("Say how you know")
    keeper.page.get_by_label("How do you know?").fill("The printer's letter of 3 November")
    keeper.press("Ask a second person")
    keeper.sees("Numbers are read so when a second person agrees.")
    keeper.looks_right("number-format-waiting")

    decider = visit(staff_member("approver"), javascript=javascript, width=width)
    decider.go("staff:home")
    decider.follow("Formats of numbers to decide")
    decider.follow("FP10SS form")
    decider.follow("Look at it and decide")
    decider.page.get_by_label("I agree").check()
    decider.page.get_by_label("The number of a form that you have before you").fill(luhn(123))
    decider.looks_right("number-format-decide")
    decider.press("Decide")
    decider.sees("11 digits, the last by Luhn")
    decider.looks_right("number-format-agreed")
    assert SerialRule.objects.get().state == "in_force"

    keeper.go("staff_serials:book_in")
    keeper.page.get_by_label("Which form?").select_option(label="FP10SS form")
    keeper.page.get_by_label("First number").fill("00000000990")
    keeper.press("Book them in")
    keeper.sees("The last digit does not fit the others.")
    keeper.page.get_by_label("First number").fill(luhn(99))
    keeper.press("Book them in")
    keeper.sees("The numbers are in the register.")
    keeper.page.get_by_label("Serial number").fill(luhn(99))
    keeper.press("Search")
    keeper.sees("11 digits, the last by Luhn")
    keeper.looks_right("number-format-found")
