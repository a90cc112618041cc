"""Paper records in a browser: from the label to the other practice, and what a practice looks up (J8-J10, J26)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.foundation.access import Actor
from portal.foundation.audit.access_log import looked
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.models import Label, Movement
from portal.records.places import holder_of
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import a_movement, a_patient, a_practice, a_record, operator
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BORN = date(1961, 5, 17)


def _identify(visitor: Visitor, movement: Movement, where: str = "") -> None:
    visitor.page.get_by_label(f"NHS number{where}", exact=True).fill(movement.record.patient.nhs_number)
    visitor.fill_date(BORN)


@everywhere
def test_f2_a_record_goes_from_one_practice_to_another(visit: Visit, javascript: bool, width: int) -> None:
    sender = MembershipFactory(roles=["records_movement_clerk"])
    taker = MembershipFactory(roles=["main_contact"])
    here, there = holder_of(sender.organisation), holder_of(taker.organisation)
    record = a_record(here, patient=a_patient(born_on=BORN))
    command = StartMovement(record=record, origin=here, destination=there, reason="registration")
    movement = start_movement(operator(), command)

    clerk = visit(sender, javascript=javascript, width=width)
    clerk.go("records:records", code=clerk.code)
    clerk.looks_right("records-home")
    clerk.page.get_by_role("link", name="Records Out", exact=True).click()
    clerk.looks_right("records-out")
    clerk.follow(movement.reference)
    clerk.press("Make the labels")
    clerk.sees("The labels are made.")
    clerk.looks_right("records-movement")
    label = Label.objects.get()
    clerk.go("records:match", code=clerk.code)
    clerk.page.get_by_label("I am putting it into the bag").check()
    clerk.page.get_by_label("Code on the label of the bag").fill(label.code)
    _identify(clerk, movement, " on the envelope")
    clerk.looks_right("records-match")
    clerk.press("Compare")
    clerk.sees("They fit.")

    hub = visit(staff_member("records_operator"), javascript=javascript, width=width)
    hub.go("staff_records:scan")
    for step, place in (
        ("Collected by the courier", here.code),
        ("Arrived at the hub", "HUB"),
        ("Left the hub", "HUB"),
        ("Delivered", there.code),
    ):
        hub.page.get_by_label(step, exact=True).check()
        hub.page.get_by_label("Where?").fill(place)
        hub.page.get_by_label("Codes").fill(label.code)
        hub.press("Take them in")
        hub.sees("All fit: 1 bag taken in.")
    hub.looks_right("records-scan")

    owner = visit(taker, javascript=javascript, width=width)
    owner.go("records:in", code=owner.code)
    owner.looks_right("records-in")
    owner.follow(movement.reference)
    owner.press("It is here and I have compared it")
    owner.sees("It is in storage at your practice.")
    owner.looks_right("records-arrived")
    owner.go("records:look_up", code=owner.code)
    _identify(owner, movement)
    owner.page.get_by_label("A patient who has registered with us").check()
    owner.press("Look")
    owner.sees(movement.reference)
    owner.looks_right("records-look-up")


@everywhere
def test_the_wrong_envelope_is_stopped_and_shown_to_the_operator(visit: Visit, javascript: bool, width: int) -> None:
    sender = MembershipFactory(roles=["records_movement_clerk"])
    here = holder_of(sender.organisation)
    movement, other = a_movement(here, a_practice()), a_movement(here, a_practice())
    for each in (movement, other):
        each.record.patient.born_on = BORN
        each.record.patient.save()
    clerk = visit(sender, javascript=javascript, width=width)
    clerk.go("records:movement", code=clerk.code, reference=movement.reference)
    clerk.press("Make the labels")
    clerk.go("records:match", code=clerk.code)
    clerk.page.get_by_label("I am putting it into the bag").check()
    clerk.page.get_by_label("Code on the label of the bag").fill(Label.objects.get().code)
    _identify(clerk, other, " on the envelope")
    clerk.press("Compare")
    clerk.sees("Stop: wrong patient")
    clerk.looks_right("records-wrong-patient")
    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_records:movements")
    staff.looks_right("records-staff")
    staff.press("What does not fit")
    staff.sees("A bag that held another patient's record")
    staff.looks_right("records-discrepancies")
    staff.page.get_by_role("link", name="Settle").first.click()
    staff.page.get_by_label("What was it, and what did you do?").fill("The label was on the wrong envelope.")
    staff.press("Settle it")
    staff.sees("Everything fits.")


@everywhere
def test_a_practice_says_that_there_is_nothing_to_send_and_asks_for_what_it_needs(
    visit: Visit, javascript: bool, width: int
) -> None:
    member = MembershipFactory(roles=["main_contact"])
    here = holder_of(member.organisation)
    first, second = a_movement(here, a_practice()), a_movement(here, a_practice())
    patient = a_patient(born_on=BORN, registered_at=member.organisation)
    a_record(a_practice(), patient=patient)
    clerk = visit(member, javascript=javascript, width=width)
    clerk.go("records:movement", code=clerk.code, reference=first.reference)
    clerk.follow("There is no paper")
    clerk.page.get_by_label("It is digitised").check()
    clerk.looks_right("records-no-paper")
    clerk.press("Say that there is no paper")
    clerk.sees("no paper comes")
    clerk.go("records:movement", code=clerk.code, reference=second.reference)
    clerk.follow("We do not have this record")
    clerk.page.get_by_label("Where did you look?").fill("Both cabinets and the store room.")
    clerk.press("Say that it is not here")
    clerk.sees("The operator looks for the record now.")
    clerk.looks_right("records-missing")
    clerk.go("records:request", code=clerk.code)
    clerk.page.get_by_label("We need the record of a patient who is registered with us").check()
    clerk.page.get_by_label("NHS number", exact=True).fill(patient.nhs_number)
    clerk.fill_date(BORN)
    clerk.looks_right("records-request")
    clerk.press("Ask for it")
    clerk.sees("The movement was started.")


@everywhere
def test_a_main_contact_sees_who_looked_and_reports_a_look(visit: Visit, javascript: bool, width: int) -> None:
    manager = MembershipFactory(roles=["main_contact"], organisation__kind="gp_practice")
    movement = a_movement(origin=holder_of(manager.organisation))
    nosy = Actor(name="Nosy Parker", audience="contractor", organisation_id=OrganisationFactory().id)
    looked(nosy, [movement.record.patient.reference], purpose="find_record", page="records:look_up")

    owner = visit(manager, javascript=javascript, width=width)
    owner.go("records:records", code=owner.code)
    owner.follow("Who looked at our patients' records")
    owner.sees("Nosy Parker")
    owner.looks_right("records-looks")
    owner.follow(movement.record.patient.reference)
    owner.sees(movement.record.patient.family_name.upper())
    owner.looks_right("records-looks-patient")
    owner.page.get_by_role("link", name="Report the look of Nosy Parker").click()
    owner.looks_right("records-looks-report")
    owner.page.get_by_label("Why does it seem wrong?").fill("She lives next door to the patient.")
    owner.press("Report this look")
    owner.sees("We look into it")
