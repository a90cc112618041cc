"""The pages of temporary residents' forms (J11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AccessEntry
from portal.foundation.files.tests.making import pdf, picture
from portal.organisations.tests.factories import OperatorFactory
from portal.records.temporary_residents.models import MailChoice, TemporaryForm
from portal.records.temporary_residents.services.archive_form import archive_form
from portal.records.temporary_residents.services.download_form import download_form
from portal.records.temporary_residents.services.return_form import return_form
from portal.records.temporary_residents.tests.factories import (
    a_form_for,
    actor_of,
    clerk,
    downloaded,
    identifiers,
    let_through,
    patient_at,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


@pytest.fixture
def practice() -> Any:
    return MembershipFactory(organisation__contractor_type="gp", roles=["records_movement_clerk"])


def _address(membership: Any, name: str, **values: str) -> str:
    return reverse(f"temporary:{name}", kwargs={"code": membership.organisation.code, **values})


def _typed(**changes: Any) -> dict[str, Any]:
    given = identifiers()
    born = {f"born_on_{part}": getattr(given.born_on, part) for part in ("day", "month", "year")}
    file = SimpleUploadedFile("ANN TESTER 9990000018.pdf", pdf(link=""), "application/pdf")
    return {"number": given.number, **born, "practice": "", "file": file} | changes


def test_a_clerk_sends_a_form_and_may_send_the_next(practice: Any, sign_in: Callable[..., Any]) -> None:
    client = sign_in(practice)
    answer = client.post(_address(practice, "send"), _typed())
    assert answer.status_code == 302
    assert "You can send the next one here." in client.get(answer["Location"]).content.decode()
    assert TemporaryForm.objects.get().sender == practice.organisation


def test_the_name_of_the_file_may_hold_a_number_because_it_is_not_kept(
    practice: Any, sign_in: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in(practice)
    client.post(_address(practice, "send"), _typed())
    form = TemporaryForm.objects.get()
    assert form.file is not None
    assert "9990000018" not in form.file.name + caplog.text
    assert "TESTER" not in form.file.name + caplog.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(picture(), "Choose a PDF."), (b"", "The file is empty."), (b"MZ no form at all", "PDF")],
)
def test_what_is_no_pdf_is_refused_and_what_was_typed_stays(
    content: bytes, sentence: str, practice: Any, sign_in: Callable[..., Any]
) -> None:
    file = SimpleUploadedFile("form.pdf", content, "application/pdf")
    answer = sign_in(practice).post(_address(practice, "send"), _typed(file=file))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert identifiers().number in answer.content.decode()
    assert not TemporaryForm.objects.exists()


def test_very_many_forms_in_an_hour_are_refused(
    practice: Any, sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allauth.core.ratelimit.consume", lambda *args, **named: None)
    answer = sign_in(practice).post(_address(practice, "send"), _typed())
    assert answer.status_code == 409
    assert not TemporaryForm.objects.exists()


def test_the_list_offers_download_and_archive_only_after_it(practice: Any, sign_in: Callable[..., Any]) -> None:
    client, form = sign_in(practice), a_form_for(actor_of(practice))
    page = client.get(_address(practice, "received")).content.decode()
    assert (">Download<" in page, ">Archive<" in page) == (True, False)
    file = client.post(_address(practice, "download", reference=form.reference))
    assert file["Content-Disposition"] == f'attachment; filename="temporary-resident-form-{form.reference}.pdf"'
    assert file.content.startswith(b"%PDF")
    assert ">Archive<" in client.get(_address(practice, "received")).content.decode()
    client.post(_address(practice, "archive", reference=form.reference))
    assert form.reference not in client.get(_address(practice, "received")).content.decode()
    assert form.reference in client.get(_address(practice, "received") + "?group=archived").content.decode()


def test_a_download_is_no_link(practice: Any, sign_in: Callable[..., Any]) -> None:
    form = a_form_for(actor_of(practice))
    assert sign_in(practice).get(_address(practice, "download", reference=form.reference)).status_code == 405
    assert TemporaryForm.objects.get().state == "waiting"


def test_a_file_that_is_being_checked_offers_no_download(practice: Any, sign_in: Callable[..., Any]) -> None:
    form = send(clerk(), patient_at(practice.organisation.id), clean=False)
    page = sign_in(practice).get(_address(practice, "form", reference=form.reference)).content.decode()
    assert "is being checked for viruses" in page
    assert "Download the form (PDF)" not in page


def test_each_page_with_patients_is_in_the_access_log(practice: Any, sign_in: Callable[..., Any]) -> None:
    client, form = sign_in(practice), a_form_for(actor_of(practice))
    for name, values in (("received", {}), ("form", {"reference": form.reference})):
        client.get(_address(practice, name, **values))
    looks = AccessEntry.objects.filter(organisation_id=practice.organisation.id).order_by("id")
    assert [(each.patient_reference, each.purpose) for each in looks] == [(form.patient_reference, "handle_form")] * 2


def test_the_export_names_no_patient(practice: Any, sign_in: Callable[..., Any]) -> None:
    client, form = sign_in(practice), a_form_for(actor_of(practice))
    mine = send(actor_of(practice), patient_at(clerk().organisation_id))
    for name, each in (("export_received", form), ("export_sent", mine)):
        text = b"".join(client.get(_address(practice, name)).streaming_content).decode()
        assert each.reference in text
        assert each.nhs_number not in text


def test_the_sender_reads_its_own_and_not_the_content(practice: Any, sign_in: Callable[..., Any]) -> None:
    receiver = clerk()
    form = send(actor_of(practice), patient_at(receiver.organisation_id))
    client = sign_in(practice)
    page = client.get(_address(practice, "form", reference=form.reference)).content.decode()
    assert "Withdraw the form" in page
    assert receiver.organisation_code not in page
    assert receiver.organisation_name not in page
    assert client.post(_address(practice, "download", reference=form.reference)).status_code == 409
    listed = client.get(_address(practice, "sent")).content.decode()
    assert form.reference in listed
    assert receiver.organisation_name not in listed


def test_a_search_among_sent_forms_does_not_find_by_practice(practice: Any, sign_in: Callable[..., Any]) -> None:
    receiver = clerk()
    form = send(actor_of(practice), patient_at(receiver.organisation_id))
    page = sign_in(practice).get(_address(practice, "sent") + f"?words={receiver.organisation_code}").content.decode()
    assert form.reference not in page


def test_a_form_is_returned_with_a_reason(practice: Any, sign_in: Callable[..., Any]) -> None:
    client, form = sign_in(practice), a_form_for(actor_of(practice))
    address = _address(practice, "return", reference=form.reference)
    assert client.post(address, {}).status_code == 422
    answer = client.post(address, {"reason": "left", "note": ""})
    assert "We find the right practice" in client.get(answer["Location"]).content.decode()
    assert client.get(_address(practice, "form", reference=form.reference)).status_code == 404


def test_the_emails_can_be_stopped_and_asked_for_again(practice: Any, sign_in: Callable[..., Any]) -> None:
    client = sign_in(practice)
    assert "Stop these e-mails" in client.get(_address(practice, "received")).content.decode()
    client.post(_address(practice, "mail"), {"wants": "no"})
    assert "Send me these e-mails" in client.get(_address(practice, "received")).content.decode()
    assert MailChoice.objects.get().user == practice.user


def test_whoever_only_reads_has_no_button(sign_in: Callable[..., Any]) -> None:
    reader = MembershipFactory(organisation__contractor_type="gp", roles=["read_only"])
    form = a_form_for(clerk(reader.organisation))
    client = sign_in(reader)
    assert ">Download<" not in client.get(_address(reader, "received")).content.decode()
    assert client.post(_address(reader, "download", reference=form.reference)).status_code == 403


def test_the_home_page_says_how_many_wait(practice: Any, sign_in: Callable[..., Any]) -> None:
    receiver = actor_of(practice)
    a_form_for(receiver)
    downloaded(receiver)
    page = sign_in(practice).get(reverse("contractor:home", kwargs={"code": practice.organisation.code}))
    assert "Temporary residents&#39; forms to download" in page.content.decode()
    assert "Temporary residents&#39; forms to archive" in page.content.decode()


def test_the_operator_finds_the_practice_of_a_form(sign_in: Callable[..., Any]) -> None:
    form, receiver = send(clerk()), clerk()
    client = sign_in(organisation=OperatorFactory(), roles=["records_operator"])
    home = client.get(reverse("staff:home")).content.decode()
    assert "Temporary residents&#39; forms without a practice" in home
    assert form.reference in client.get(reverse("staff_temporary:forms")).content.decode()
    this = {"reference": form.reference}
    file = client.post(reverse("staff_temporary:open", kwargs=this))
    assert file.content.startswith(b"%PDF")
    assert "It was sent on paper" in client.get(reverse("staff_temporary:form", kwargs=this)).content.decode()
    answer = client.post(reverse("staff_temporary:route", kwargs=this), {"practice": receiver.organisation_code})
    assert answer.status_code == 302
    assert TemporaryForm.objects.get().destination_id == receiver.organisation_id


def test_the_operator_reads_who_returned_a_form_and_why(sign_in: Callable[..., Any]) -> None:
    receiver = clerk()
    form = a_form_for(receiver)
    return_form(receiver, form.reference, "left", "Try Hale.")
    client = sign_in(organisation=OperatorFactory(), roles=["records_operator"])
    page = client.get(reverse("staff_temporary:form", kwargs={"reference": form.reference})).content.decode()
    assert "Returned by a practice" in page
    assert "The patient has left us. Try Hale." in page


def test_an_erased_form_shows_its_times_and_no_patient(practice: Any, sign_in: Callable[..., Any]) -> None:
    receiver = actor_of(practice)
    form = downloaded(receiver)
    archive_form(receiver, form.reference)
    number = form.nhs_number
    TemporaryForm.objects.filter(id=form.id).update(erased_at=timezone.now(), file=None, nhs_number="", born_on=None)
    page = sign_in(practice).get(_address(practice, "form", reference=form.reference)).content.decode()
    assert "Deleted" in page
    assert number not in page


@pytest.mark.parametrize("name", ["received", "sent"])
def test_a_longer_list_asks_no_more_queries(name: str, practice: Any, sign_in: Callable[..., Any]) -> None:
    client, me, other = sign_in(practice), actor_of(practice), clerk()

    def add() -> None:
        form = a_form_for(me, other) if name == "received" else a_form_for(other, me)
        if name == "received":
            download_form(me, form.reference)

    def queries() -> int:
        client.get(_address(practice, name))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(_address(practice, name))
        return len(seen)

    add()
    first = queries()
    for _ in range(3):
        add()
    assert queries() == first


def test_a_reviewer_of_looks_reads_of_a_form_whose_patient_nobody_knows() -> None:
    receiver = clerk()
    form = send(clerk(), practice=receiver.organisation_code)
    let_through(form)
    download_form(receiver, form.reference)
    entry = AccessEntry.objects.get(organisation_id=receiver.organisation_id)
    assert entry.patient_reference == form.reference
    assert entry.patient_organisation_ids == [receiver.organisation_id]
