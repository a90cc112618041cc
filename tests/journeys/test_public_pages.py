"""J1, J2: the public pages, the help and its search, dated browsers; notices from staff to everybody."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.home.help_pages import help_pages
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _operator() -> Organisation:
    operator: Organisation = Organisation.objects.filter(code="X4S4L").first() or OrganisationFactory(
        code="X4S4L", kind="operator", contractor_type="", name="The operator"
    )
    return operator


@everywhere
def test_a_visitor_finds_an_answer_from_the_home_page(visit: Visit, javascript: bool, width: int) -> None:
    visitor = visit(javascript=javascript, width=width)
    visitor.go("home:home")
    assert visitor.heading() == "Support services for primary care, in one place"
    visitor.looks_right("home")
    visitor.page.get_by_label("Search the help").fill("new branch")
    visitor.press("Search")
    assert visitor.heading() == 'Help about "new branch"'
    visitor.looks_right("help-search")
    visitor.follow("How do we add a branch of our GP practice?")
    assert visitor.heading() == "How do we add a branch of our GP practice?"
    visitor.looks_right("help-answer")
    visitor.follow("Contact us")
    assert visitor.heading() == "Contact us"
    visitor.looks_right("contact")


def test_every_statement_looks_right_wide_and_narrow(visit: Visit) -> None:
    for width in (1280, 320):
        visitor = visit(width=width)
        for name in ("help", "accessibility", "privacy", "cookies", "browsers"):
            visitor.go(f"home:{name}")
            visitor.looks_right(name)
        visitor.go("/no-such-page/")
        assert visitor.heading() == "Page not found"
        visitor.looks_right("not-found")


def test_every_answer_fits_a_narrow_screen(visit: Visit) -> None:
    visitor = visit(width=320)
    for slug in help_pages():
        visitor.go("home:help_page", slug=slug)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320, slug


def test_the_first_tab_leads_past_the_header(visit: Visit) -> None:
    visitor = visit()
    visitor.go("home:help")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Skip to main content"
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


@everywhere
def test_staff_put_up_a_notice_that_everybody_reads(visit: Visit, javascript: bool, width: int) -> None:
    manager = visit(
        MembershipFactory(organisation=_operator(), roles=["service_manager"]), javascript=javascript, width=width
    )
    manager.go("staff:home")
    manager.looks_right("staff-home")
    manager.follow("Service notices")
    manager.looks_right("notices-empty")
    manager.press("Put up a notice")
    manager.press("Put up the notice")
    assert manager.page.title().startswith("Error: Put up a service notice")
    manager.looks_right("notice-with-errors")
    manager.follow("Enter title.")
    manager.page.keyboard.type("No deliveries on 26 December")
    manager.page.get_by_label("Text").fill("Order by 20 December.")
    manager.press("Put up the notice")
    manager.sees("The notice is up.")
    manager.looks_right("notices")

    reader = visit(MembershipFactory(roles=["read_only"]), javascript=javascript, width=width)
    reader.go("contractor:home", code=reader.code)
    reader.sees("Order by 20 December.")
    reader.looks_right("contractor-home")

    manager.follow("End")
    manager.press("End the notice")
    manager.sees("The notice has ended.")
    reader.page.reload()
    assert reader.page.get_by_text("Order by 20 December.").count() == 0


def test_a_second_press_sends_nothing_twice(visit: Visit) -> None:
    manager = visit(MembershipFactory(organisation=_operator(), roles=["service_manager"]))
    manager.go("staff:add_notice")
    manager.page.get_by_label("Title").fill("Once")
    manager.page.get_by_label("Text").fill("Only once.")
    manager.page.get_by_role("button", name="Put up the notice").dblclick()
    manager.sees("The notice is up.")
    assert manager.page.get_by_role("rowheader", name="Once").count() == 1
