"""A practice that closes counts its records in a browser, and sees where they go (J18)."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.records.closures.services.move_records import move_everything
from portal.records.closures.tests.factories import closing
from portal.records.places import holder_of
from portal.records.registrations.models import RegisteredPatient
from portal.records.tests.factories import a_practice, a_record
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_f8_the_records_of_a_closing_practice_are_counted_and_leave(visit: Visit, javascript: bool, width: int) -> None:
    practice = MembershipFactory(roles=["records_movement_clerk"])
    site = holder_of(practice.organisation)
    closing(site, successor=a_practice())
    there, _ = a_record(site), a_record(site)
    number = RegisteredPatient.objects.get(paper_record=there).nhs_number

    clerk = visit(practice, javascript=javascript, width=width)
    clerk.go("records:records", code=clerk.code)
    clerk.follow("Count its records")
    clerk.sees("2 records should be here")
    clerk.looks_right("closing-before")
    clerk.press("Begin the count")
    clerk.sees("Tick off each envelope that is there.")
    clerk.page.get_by_label("Numbers on the envelopes").fill(f"{number}\n9990000018")
    clerk.press("Tick them off")
    clerk.sees("Not expected here: 1 envelope")
    clerk.looks_right("closing-counted")
    clerk.follow("Enter an envelope that was not expected here")
    clerk.press("Enter it")
    clerk.sees("Enter the NHS number.")
    clerk.looks_right("closing-found-wrong")
    clerk.go("closures:left", code=clerk.code)
    clerk.looks_right("closing-left")
    clerk.go("closures:end", code=clerk.code)
    clerk.sees("Not found: 1 record")
    clerk.page.get_by_label("We have looked everywhere").check()
    clerk.looks_right("closing-end")
    clerk.press("End the count")
    clerk.sees("The count has ended.")
    move_everything()
    clerk.go("closures:closing", code=clerk.code)
    clerk.sees("Records Out")
    clerk.looks_right("closing-moving")

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_closures:sites")
    staff.sees("Leaving")
    staff.looks_right("closing-sites")
    staff.follow(practice.organisation.code)
    staff.sees("Looked for")
    staff.looks_right("closing-staff")
