"""The ODS report of a code that the directory does not know: asked for, kept, attached to the case (F15, F16, F18)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Attachment, Case, DraftFile, RequestDraft
from portal.casework.tests.factories import staff_member
from portal.casework.tests.filling_in import NOMINEE, REPORT, SENDER, fill_in, place
from portal.foundation.files.models import StoredFile
from portal.foundation.files.tests.making import pdf, picture
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
PAGES = {
    "you": SENDER,
    "main-details": place("main"),
    "site-code": {"site_code": "Z12345003"},
    "ods-report": REPORT,
    "site-details": place("site"),
    "main-contact": NOMINEE,
}


def begun(sign_in: SignIn) -> tuple[Client, str]:
    """A request for a branch whose report is asked for next: the client, and the draft's address."""
    where = OrganisationFactory(code="Z12345")
    client = sign_in(MembershipFactory(organisation=where, roles=["main_contact"]))
    draft = client.post("/o/Z12345/requests/new/new_branch/")["Location"]
    for step in ("you", "main-details", "site-code"):
        assert client.post(f"{draft}{step}/", PAGES[step]).status_code == 302
    assert client.get(draft)["Location"] == f"{draft}ods-report/"
    return client, draft


def sent_file(content: bytes, name: str = "report.pdf") -> dict[str, SimpleUploadedFile]:
    return {"ods_pdf": SimpleUploadedFile(name, content)}


def test_without_the_report_the_request_does_not_go_on(sign_in: SignIn) -> None:
    client, draft = begun(sign_in)
    page = client.post(f"{draft}ods-report/", {})
    assert page.status_code == 422 and "Choose the PDF report" in page.content.decode()
    assert client.get(f"{draft}check/").status_code == 302


def test_a_picture_is_no_report_and_nothing_else_is_lost(sign_in: SignIn) -> None:
    client, draft = begun(sign_in)
    page = client.post(f"{draft}ods-report/", sent_file(picture("PNG"), "scan.png"))
    assert page.status_code == 422 and "This is no PDF." in page.content.decode()
    assert RequestDraft.objects.get().answers["site_code"] == "Z12345003"


def test_it_is_kept_replaced_shown_and_attached_to_the_case(sign_in: SignIn) -> None:
    client, draft = begun(sign_in)
    client.post(f"{draft}ods-report/", sent_file(pdf(text="first"), "first.pdf"))
    client.post(f"{draft}ods-report/", sent_file(pdf(text="second"), "second.pdf"))
    assert [each.stored_file.name for each in DraftFile.objects.all()] == ["second.pdf"]
    assert StoredFile.objects.count() == 1
    assert client.post(f"{draft}ods-report/", {}).status_code == 302  # nothing chosen keeps what is there
    check = fill_in(client, draft, PAGES)
    assert "second.pdf" in client.get(check).content.decode()
    client.post(check)
    case = Case.objects.get()
    attached = Attachment.objects.get()
    assert attached.case == case and not DraftFile.objects.exists()
    staff = sign_in(staff_member("data_manager"))
    assert attached.stored_file.name in staff.get(f"/staff/requests/{case.reference}/").content.decode()


def test_thrown_away_with_the_request(sign_in: SignIn) -> None:
    client, draft = begun(sign_in)
    client.post(f"{draft}ods-report/", sent_file(pdf()))
    client.post(f"{draft}discard/")
    assert not StoredFile.objects.exists() and not RequestDraft.objects.exists()


def test_a_branch_that_the_directory_has_already_needs_no_report(sign_in: SignIn) -> None:
    where = OrganisationFactory(code="Z12345")
    OrganisationFactory(code="Z12345003", kind="gp_branch", parent=where, name="KNOWN BRANCH")
    client = sign_in(MembershipFactory(organisation=where, roles=["main_contact"]))
    draft = client.post("/o/Z12345/requests/new/new_branch/")["Location"]
    for step in ("you", "main-details", "site-code"):
        client.post(f"{draft}{step}/", PAGES[step])
    assert client.get(draft)["Location"] == f"{draft}site-details/"
    assert "KNOWN BRANCH" in client.get(f"{draft}site-details/").content.decode()
