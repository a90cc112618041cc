"""The courier's visits in a browser: nobody comes, the practice says so, another visit is arranged (J9)."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.records.models import CollectionVisit
from portal.records.places import holder_of
from portal.records.services.prepare_movement import mark_ready
from portal.records.tests.factories import a_movement, labelled, operator
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_f2_a_missed_collection_is_reported_and_arranged_again(visit: Visit, javascript: bool, width: int) -> None:
    practice = MembershipFactory(roles=["records_movement_clerk"])
    movement = a_movement(holder_of(practice.organisation))
    labelled(movement)
    mark_ready(operator(), movement.reference)
    yesterday = timezone.localdate() - timedelta(days=1)
    CollectionVisit.objects.create(
        organisation=practice.organisation, on=yesterday, usual_on=yesterday, opens=time(9), closes=time(13)
    )

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_records:collections")
    staff.sees("No visit on this day.")
    staff.page.get_by_label("Code of a practice").fill(practice.organisation.code.lower())
    staff.press("Search")
    staff.press("Set a day of the week")
    staff.page.get_by_label("Day of the week").select_option("Tuesday")
    staff.page.get_by_label("From").fill("13:00")
    staff.page.get_by_label("Until").fill("09:00")
    staff.press("Set the day")
    staff.sees("The end must be later than the beginning.")
    staff.looks_right("collections-set-wrong")
    staff.page.get_by_label("From").fill("09:00")
    staff.page.get_by_label("Until").fill("13:00")
    staff.press("Set the day")
    staff.sees("The day is set")
    staff.looks_right("collections-site")

    clerk = visit(practice, javascript=javascript, width=width)
    clerk.go("records:records", code=clerk.code)
    clerk.sees("The courier comes next on Tuesday")
    clerk.page.get_by_role("link", name="All visits of the courier").click()
    clerk.sees("1 bag is ready for the courier.")
    clerk.looks_right("collections")
    clerk.page.get_by_role("link", name="Nobody came").click()
    clerk.page.get_by_label("Anything that helps us").fill("We were open all day.")
    clerk.looks_right("collections-report")
    clerk.press("Report that nobody came")
    clerk.sees("We have it, and arrange another visit.")

    staff.go("staff_records:collections_to_arrange")
    staff.sees("We were open all day.")
    staff.looks_right("collections-to-arrange")
    staff.page.get_by_role("link", name="Arrange again").click()
    staff.fill_date(timezone.localdate() + timedelta(days=8))
    staff.looks_right("collections-arrange")
    staff.press("Arrange it")
    staff.sees("The visit is arranged.")
    staff.sees("Nothing to arrange.")

    clerk.go("records:collections", code=clerk.code)
    clerk.sees("Another visit on")
    clerk.sees("The courier did not come on")
    clerk.looks_right("collections-arranged")
    staff.go(f"/staff/records/collections/?day={(timezone.localdate() + timedelta(days=8)).isoformat()}")
    staff.sees(practice.organisation.name)
    staff.looks_right("collections-day")
