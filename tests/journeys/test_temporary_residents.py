"""Temporary residents' forms in a browser: sent, announced, downloaded, archived; returned, and routed anew (J11)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.tests.factories import staff_member
from portal.foundation.files import StoredFile
from portal.foundation.files.tests.making import pdf
from portal.records.temporary_residents.models import PaperBag, TemporaryForm
from portal.records.temporary_residents.tests.factories import patient_at
from portal.records.temporary_residents.tests.test_scanned_bags import scan_bag, site_of
from portal.records.tests.factories import nhs_number
from tests.journeys.conftest import Visit, Visitor, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BORN = date(1984, 3, 2)


def _clerk(name: str) -> object:
    return MembershipFactory(
        organisation__contractor_type="gp", organisation__name=name, roles=["records_movement_clerk"]
    )


def _let_through() -> None:
    """The virus scanner has found the file clean."""
    StoredFile.objects.filter(state="quarantined").update(state="clean", scanner="test", scanned_at=timezone.now())


def _download(visitor: Visitor, button: str) -> str:
    with visitor.page.expect_download() as started:
        visitor.press(button)
    return started.value.suggested_filename


@everywhere
def test_a_form_finds_the_patients_practice(visit: Visit, javascript: bool, width: int, tmp_path: Path) -> None:
    away, wrong, home = _clerk("SEASIDE SURGERY"), _clerk("HALE SURGERY"), _clerk("ELM SURGERY")
    patient = patient_at(wrong.organisation, born_on=BORN)  # type: ignore[attr-defined]
    file = tmp_path / f"ANN TESTER {patient.nhs_number}.pdf"
    file.write_bytes(pdf(link=""))

    sender = visit(away, javascript=javascript, width=width)
    sender.go("records:records", code=sender.code)
    sender.follow("Temporary residents' forms")
    sender.sees("No form waits for you.")
    sender.looks_right("temporary-empty")
    sender.press("Send a form")
    sender.press("Send the form")
    sender.sees("Choose the PDF of the form.")
    sender.looks_right("temporary-send-wrong")
    sender.page.get_by_label("NHS number of the patient").fill(patient.nhs_number)
    sender.fill_date(BORN)
    sender.page.locator("input[type=file]").set_input_files(file)
    sender.press("Send the form")
    sender.sees("The form is sent. You can send the next one here.")
    sender.looks_right("temporary-send")
    sender.follow("See the forms that you sent")
    sender.sees("Sent")
    sender.looks_right("temporary-sent")
    _let_through()
    reference = TemporaryForm.objects.get().reference

    first = visit(wrong, javascript=javascript, width=width)
    first.go("contractor:home", code=first.code)
    first.follow("Temporary residents' forms to download")
    first.sees(reference)
    first.looks_right("temporary-received")
    assert _download(first, "Download") == f"temporary-resident-form-{reference}.pdf"
    first.follow("show this list again")
    first.sees("Archive")
    first.looks_right("temporary-downloaded")
    first.follow(reference)
    first.sees("The registrations named the practice")
    first.looks_right("temporary-received-form")
    first.follow("Return form")
    first.page.get_by_label("The patient has left us").check()
    first.looks_right("temporary-return")
    first.press("Return the form")
    first.sees("The form is returned.")

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff:home")
    staff.follow("Temporary residents' forms without a practice")
    staff.sees("Returned: not their patient")
    staff.looks_right("temporary-staff")
    staff.follow(reference)
    staff.sees("The patient has left us.")
    staff.looks_right("temporary-staff-form")
    staff.press("Send it to a practice")
    staff.page.get_by_label("ODS code of the patient's practice").fill(first.code)
    staff.press("Send it")
    staff.sees("This practice has returned the form already.")
    staff.looks_right("temporary-staff-route")
    staff.page.get_by_label("ODS code of the patient's practice").fill(home.organisation.code)  # type: ignore[attr-defined]
    staff.press("Send it")
    staff.sees("The form is with the practice.")

    last = visit(home, javascript=javascript, width=width)
    last.go("temporary:received", code=last.code)
    last.follow(reference)
    _download(last, "Download the form (PDF)")
    last.follow("show this page again")
    last.press("Archive the form")
    last.sees("The form is archived.")
    last.sees("No form waits for you.")
    last.follow("archived forms")
    last.sees(reference)
    last.looks_right("temporary-archived")
    last.press("Stop these e-mails")
    last.sees("You get no more e-mails about new forms.")

    sender.go("temporary:form", code=sender.code, reference=reference)
    sender.sees("Archived by the patient's practice")
    sender.looks_right("temporary-sent-form")


@everywhere
def test_a_wrong_form_is_withdrawn(visit: Visit, javascript: bool, width: int, tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(pdf(link=""))
    sender = visit(_clerk("SEASIDE SURGERY"), javascript=javascript, width=width)
    sender.go("temporary:send", code=sender.code)
    sender.page.get_by_label("NHS number of the patient").fill(nhs_number(31_337))
    sender.fill_date(BORN)
    sender.page.locator("input[type=file]").set_input_files(file)
    sender.press("Send the form")
    sender.go("temporary:sent", code=sender.code)
    sender.follow("TR-")
    sender.looks_right("temporary-sent-form-open")
    sender.press("Withdraw the form")
    sender.sees("The form is withdrawn.")


@everywhere
def test_forms_on_paper_reach_the_hub_in_a_bag(visit: Visit, javascript: bool, width: int, tmp_path: Path) -> None:
    home = _clerk("ELM SURGERY")
    patient = patient_at(home.organisation, born_on=BORN)  # type: ignore[attr-defined]
    file = tmp_path / "scan.pdf"
    file.write_bytes(pdf(link=""))
    sender = visit(_clerk("SEASIDE SURGERY"), javascript=javascript, width=width)
    sender.go("temporary:received", code=sender.code)
    sender.press("Forms on paper")
    sender.press("Make labels")
    sender.page.get_by_label("How many labels do you need?").fill("99")
    sender.press("Make the labels")
    sender.sees("Enter a number from 1 to 20.")
    sender.looks_right("temporary-labels")
    sender.page.get_by_label("How many labels do you need?").fill("1")
    sender.press("Make the labels")
    sender.sees("Print them, and put one on each bag.")
    sender.looks_right("temporary-bags")
    sender.follow("The courier takes it")
    sender.page.get_by_label("How many forms are in the bag?").fill("2")
    sender.looks_right("temporary-hand-over")
    sender.press("The courier has it")
    sender.sees("You put in 2")
    sender.sees("the courier has not scanned it")
    bag = PaperBag.objects.get()
    code = bag.reference
    scan_bag(bag, "collected", site_of(bag))
    sender.go("temporary:bags", code=sender.code)
    sender.sees("the courier scanned it")
    sender.looks_right("temporary-bags-scanned")

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_temporary:forms")
    staff.press("Bags of forms on paper")
    staff.press("Take a bag in")
    staff.page.get_by_label("Code on the label").fill(code.lower())
    staff.press("It is here")
    staff.sees("The bag is at the hub.")
    staff.sees("Scanned by the courier")
    staff.looks_right("temporary-staff-bag")
    staff.go("hub:sort")
    staff.page.get_by_label("Bags", exact=True).fill(code.lower())
    staff.press("Take them in")
    staff.sees("it is opened here")
    staff.looks_right("hub-sorted-forms")
    staff.go("staff_temporary:bag", bag=code)
    staff.press("Enter a form")
    staff.page.get_by_label("NHS number of the patient").fill(patient.nhs_number)
    staff.fill_date(BORN)
    staff.page.locator("input[type=file]").set_input_files(file)
    staff.looks_right("temporary-staff-enter")
    staff.press("Send it on")
    staff.sees("The form is sent on.")
    staff.press("The bag is empty")
    staff.page.get_by_label("How many forms were in the bag?").fill("1")
    staff.press("It is empty")
    staff.go("/staff/records/temporary/bags/?group=ended")
    staff.sees("Not the same")
    staff.looks_right("temporary-staff-bags")

    sender.go("temporary:bags", code=sender.code)
    sender.sees("The hub found 1")
    sender.looks_right("temporary-bags-ended")
    sender.go("temporary:sent", code=sender.code)
    sender.sees(TemporaryForm.objects.get().reference)
