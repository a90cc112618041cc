"""Issue 5: the portal says what the practice will need and by when; a clerk orders it with one click, or hides it."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.supplies.needs.tests.test_need_pages import regular
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_a_clerk_reads_what_will_be_needed(visit: Visit, javascript: bool, width: int) -> None:
    member = MembershipFactory(roles=["supplies_order_clerk"])
    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("supplies:needs", code=clerk.code)
    clerk.sees("An item is reckoned once 3 orders of it have arrived.")
    clerk.looks_right("needs-none")

    regular(member, name="Needles, green", unit="box")
    regular(member, name="Cups", unit="sleeve", last=45)
    clerk.go(f"/o/{clerk.code}/")
    clerk.sees("What you will need soon")
    clerk.looks_right("needs-dashboard")
    clerk.go("supplies:catalogue", code=clerk.code)
    clerk.follow("What you will need")
    clerk.sees("You will need this by")
    clerk.page.get_by_text("How this was reckoned").first.click()
    clerk.looks_right("needs")

    clerk.press("Not now")  # the most urgent comes first
    clerk.sees("It is hidden for now, and comes back by itself.")
    clerk.press("Bring it back")
    clerk.press("Do not show it again")
    clerk.sees("You can bring it back at the end of this page.")
    clerk.looks_right("needs-hidden")
    clerk.press("Put 3 boxes of 100 into the basket")
    clerk.sees("Your basket was changed.")
    clerk.sees("Needles, green")
