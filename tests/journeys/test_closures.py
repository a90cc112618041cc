"""A practice that closes counts its records in a browser, and sees where they go (J18)."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.records.closures.services.move_records import move_everything
from portal.records.closures.tests.factories import closing
from portal.records.places import holder_of
from portal.records.registrations.models import RegisteredPatient
from portal.records.tests.factories import a_patient, a_record
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_f8_the_records_of_a_closing_practice_are_counted_and_leave(visit: Visit, javascript: bool, width: int) -> None:
    practice = MembershipFactory(roles=["records_movement_clerk"])
    site = holder_of(practice.organisation)
    follows = MembershipFactory(roles=["records_movement_clerk"])
    closing(site, successor=holder_of(follows.organisation))
    there, gone = (a_record(site, patient=a_patient(registered_at=practice.organisation)) for _ in range(2))
    unscanned = a_patient(registered_at=practice.organisation, family_name="NEVER-SCANNED")
    number = RegisteredPatient.objects.get(paper_record=there).nhs_number

    clerk = visit(practice, javascript=javascript, width=width)
    clerk.go("records:records", code=clerk.code)
    clerk.follow("Count its records")
    clerk.sees("3 records should be here")
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
    clerk.sees(unscanned.family_name)
    clerk.looks_right("closing-left")
    clerk.go("closures:end", code=clerk.code)
    clerk.sees("Not found: 2 records")
    clerk.page.get_by_label("We have looked everywhere").check()
    clerk.looks_right("closing-end")
    clerk.press("End the count")
    clerk.sees("The count has ended.")
    move_everything()
    clerk.go("closures:closing", code=clerk.code)
    clerk.sees("Records Out")
    clerk.sees("answers not given yet")
    clerk.looks_right("closing-moving")
    clerk.follow("What was not found")
    clerk.sees("3 places asked, 0 answered")
    clerk.looks_right("closing-sought")

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_closures:sites")
    staff.sees("Leaving")
    staff.looks_right("closing-sites")
    staff.follow(practice.organisation.code)
    staff.sees("Looked for")
    staff.looks_right("closing-staff")
    staff.follow("What was not found")
    staff.page.get_by_role("link", name=gone.reference).click()
    staff.sees("Not found when the site counted its records")
    staff.looks_right("closing-search")

    receiver = visit(follows, javascript=javascript, width=width)
    receiver.go("searches:tasks", code=receiver.code)
    receiver.sees("Never scanned with you")
    receiver.page.get_by_role("link", name="ST-").first.click()
    receiver.page.get_by_label("Yes, it is there").check()
    receiver.page.get_by_label("Where did it lie").fill("In the box of new patients")
    receiver.press("Send the answer")
    receiver.sees("Thank you. The record goes on from you")

    clerk.go("closures:left", code=clerk.code)
    clerk.sees("places asked")
    assert clerk.page.get_by_text("places asked").count() == 1
