"""A missing record is looked for by who had it, found, and goes on (J9, J26)."""

from __future__ import annotations

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.records.models import Movement
from portal.records.places import holder_of
from portal.records.registrations.tests.factories import HERE, practice, practices, take
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.services.settle_movement import mark_lost, mark_missing
from portal.records.tests.factories import Journey, a_movement, labelled, operator
from portal.records.tests.test_turning import MOVED, planned
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_f2_a_missing_record_is_found_by_who_sent_it(visit: Visit, javascript: bool, width: int) -> None:
    sender = MembershipFactory(roles=["records_movement_clerk"])
    movement = a_movement(holder_of(sender.organisation))
    [label] = labelled(movement)
    Journey(label).scan("collected", movement.origin)
    mark_missing(operator(), movement.reference, 1, "Not found in five working days")
    follow_searches()

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_records:movements")
    staff.page.get_by_role("button", name="Searches", exact=True).click()
    staff.sees("3 places")
    staff.looks_right("searches")
    staff.page.get_by_role("link", name=movement.reference).click()
    staff.page.get_by_role("link", name="Answer for The courier").click()
    staff.page.get_by_label("No, we looked").check()
    staff.page.get_by_label("Where did it lie").fill("Van and depot")
    staff.looks_right("search-answer-for")
    staff.press("Keep the answer")
    staff.sees("Van and depot")
    staff.looks_right("search")

    clerk = visit(sender, javascript=javascript, width=width)
    clerk.go(f"/o/{clerk.code}/")
    clerk.page.get_by_role("link", name="Records to look for").click()
    clerk.looks_right("records-to-look-for")
    clerk.page.get_by_role("link", name="ST-").click()
    clerk.press("Send the answer")
    clerk.sees("Choose whether the record is there.")
    clerk.looks_right("record-to-look-for-wrong")
    clerk.page.get_by_label("Yes, it is there").check()
    clerk.page.get_by_label("Where did it lie").fill("Behind the cabinet")
    clerk.press("Send the answer")
    clerk.sees("The record goes on from you")
    clerk.go("records:movement", code=clerk.code, reference=movement.reference)
    clerk.press("It is bagged: ready for the courier")
    clerk.sees("The courier collects it on the next visit.")


@everywhere
def test_j18_what_a_closing_practice_cannot_find_goes_where_its_patient_went(
    visit: Visit, javascript: bool, width: int
) -> None:
    practices()
    planned(is_found=False)
    take(MOVED)
    follow_searches()
    movement = Movement.objects.select_related("destination").get()

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_records:movement", reference=movement.reference)
    staff.sees(f"Goes to {movement.destination.name} now")
    staff.looks_right("movement-turned")

    clerk = visit(
        MembershipFactory(organisation=practice(HERE), roles=["records_movement_clerk"]),
        javascript=javascript,
        width=width,
    )
    clerk.go(f"/o/{clerk.code}/")
    clerk.page.get_by_role("link", name="Records to look for").click()
    clerk.page.get_by_role("link", name="ST-").click()
    clerk.page.get_by_label("Yes, it is there").check()
    clerk.page.get_by_label("Where did it lie").fill("The last practice sent it by hand")
    clerk.press("Send the answer")
    clerk.sees("Thank you")
    assert Movement.objects.get().state == "in_storage"


@everywhere
def test_f2_a_lost_record_is_put_together_anew_and_marked(visit: Visit, javascript: bool, width: int) -> None:
    sender = MembershipFactory(roles=["records_movement_clerk"])
    lost, waiting = a_movement(holder_of(sender.organisation)), a_movement(holder_of(sender.organisation))
    for movement in (lost, waiting):
        labelled(movement)
    mark_missing(operator(), lost.reference, 1, "Not found in five working days")
    mark_lost(operator(), lost.reference, 1, "Six months")

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_records:movement", reference=lost.reference)
    staff.page.get_by_role("link", name="put together anew").click()
    staff.page.get_by_label("Which bag?").select_option("1")
    staff.page.get_by_label("Why?").fill("From the electronic record")
    staff.looks_right("record-made-anew")
    staff.press("Enter it")
    staff.sees("The original is still looked for.")
    staff.looks_right("movement-made-anew")
    staff.page.get_by_role("link", name="Protect who the record is about").click()
    staff.looks_right("record-protect")

    clerk = visit(sender, javascript=javascript, width=width)
    clerk.go("records:movement", code=clerk.code, reference=waiting.reference)
    clerk.page.get_by_role("link", name="Say what goes with it").click()
    clerk.page.get_by_label("GP2GP failed").check()
    clerk.looks_right("record-marks")
    clerk.press("Keep this")
    clerk.sees("The other practice reads it, too.")
    clerk.page.get_by_role("link", name="make a new one").click()
    clerk.press("Make a new label")
    clerk.sees("Say what is wrong with the label.")
    clerk.page.get_by_label("Which label?").select_option(index=0)
    clerk.page.get_by_label("What is wrong with it?").fill("Torn")
    clerk.looks_right("record-new-label")
    clerk.press("Make a new label")
    clerk.sees("The labels are made.")
