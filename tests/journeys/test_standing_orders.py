"""Issue 5: a clerk has the same order placed each month, skips a date, pauses it, changes it and ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.foundation.access import system_actor
from portal.supplies.models import StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.place_standing_order import note_fault, place_standing_order
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    SecureItemFactory,
    StockLevelFactory,
    contractor_actor,
    fill_basket,
    set_up_standing,
)
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _enter_first_day(clerk: Visitor) -> None:
    first = timezone.localdate() + timedelta(days=10)
    for part in ("day", "month", "year"):
        clerk.page.locator(f"[name=first_on_{part}], [name='first_on-{part}']").first.fill(str(getattr(first, part)))


@everywhere
def test_a_clerk_has_needles_ordered_every_four_weeks(visit: Visit, javascript: bool, width: int) -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk", "secure_stationery_orderer"])
    needles = StockLevelFactory(item=CatalogueItemFactory(name="Needles, green", unit="box"), on_hand=50).item
    fill_basket(contractor_actor(membership), (needles, 2), (SecureItemFactory(name="Numbered pads"), 1))
    clerk = visit(membership, javascript=javascript, width=width)

    clerk.go("supplies:standing_orders", code=clerk.code)
    clerk.sees("Your site has no standing orders yet.")
    clerk.looks_right("standing-none")
    clerk.go("supplies:basket", code=clerk.code)
    clerk.follow("Order this again and again")
    clerk.sees("Numbered pads is left out.")
    clerk.page.get_by_label("Name of the standing order").fill("Needles for the month")
    clerk.press("Set up the standing order")
    assert clerk.page.title().startswith("Error: ")
    assert clerk.page.get_by_label("Name of the standing order").input_value() == "Needles for the month"
    clerk.looks_right("standing-with-an-error")
    clerk.page.get_by_label("Weeks between two orders").fill("4")
    _enter_first_day(clerk)
    clerk.press("Set up the standing order")
    clerk.sees("The standing order is set up.")
    clerk.sees("2 × Needles, green")
    clerk.looks_right("standing")

    clerk.press("Skip this date")
    clerk.sees("Nothing will be ordered for that date.")
    clerk.press("Order on this date after all")
    clerk.sees("That date will be ordered after all.")
    clerk.press("Pause it")
    clerk.sees("Nothing is ordered until somebody resumes it.")
    clerk.press("Resume it in my name")
    clerk.sees("The standing order runs again, in your name.")

    standing = StandingOrder.objects.get()
    StandingOrder.objects.update(next_on=timezone.localdate(), first_on=timezone.localdate())
    order = place_standing_order(system_actor("The portal", PLACE_ORDER), standing.reference)
    assert order is not None
    clerk.go("supplies:standing", code=clerk.code, reference=standing.reference)
    clerk.looks_right("standing-ordered")
    clerk.follow(order.reference)
    clerk.sees("Needles, green")

    clerk.go("supplies:standing", code=clerk.code, reference=standing.reference)
    clerk.follow("Change it")
    clerk.page.get_by_label("Needles, green: how many each time").fill("3")
    clerk.looks_right("standing-change")
    clerk.press("Save the changes")
    clerk.sees("3 × Needles, green")
    clerk.page.get_by_text("End this standing order").click()
    clerk.press("End the standing order")
    clerk.sees("The standing order has ended.")
    clerk.go("supplies:standing_orders", code=clerk.code)
    clerk.sees("Needles for the month")
    clerk.looks_right("standing-list")


@everywhere
def test_staff_settle_a_standing_order_over_which_the_portal_broke_down(
    visit: Visit, javascript: bool, width: int
) -> None:
    standing = set_up_standing(contractor_actor(), (StockLevelFactory(on_hand=50).item, 1), name="Needles")
    today = timezone.localdate()
    StandingOrder.objects.filter(pk=standing.pk).update(first_on=today, next_on=today)
    fault = "KeyError in place_order.py, line 3"
    note_fault(system_actor("The portal", PLACE_ORDER), standing.reference, fault)
    agent = visit(staff_member("support_agent"), javascript=javascript, width=width)
    agent.go("staff:home")
    agent.follow("Standing orders that broke down")
    agent.sees(fault)
    agent.looks_right("standing-faults")
    agent.follow("Settle it")
    agent.looks_right("standing-fault-settle")
    agent.press("Settle it")
    agent.sees("Say what was done about it.")
    agent.page.get_by_label("What was done about it?").fill("The site ordered by hand.")
    agent.press("Settle it")
    agent.sees("The fault is settled.")
    agent.sees("Nothing broke down.")
    agent.follow("Settled")
    agent.sees("The site ordered by hand.")
    agent.looks_right("standing-faults-settled")
