"""Somebody tries to read, to learn or to plant something by way of temporary residents' forms (J11; trust 2.4, 5.2).

At the end each control is switched off, and the attack that it stops is seen to succeed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AccessEntry, AuditEvent
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.files import StoredFile
from portal.foundation.files.tests.making import pdf
from portal.foundation.outbox.models import OutboxMessage
from portal.records.finding import Identifiers
from portal.records.temporary_residents import presenters
from portal.records.temporary_residents.forms.contractor import FormFileField
from portal.records.temporary_residents.models import FormDownload, TemporaryForm
from portal.records.temporary_residents.querysets import FormQuerySet
from portal.records.temporary_residents.services import archive_form as archiving
from portal.records.temporary_residents.services import send_form as sending
from portal.records.temporary_residents.services.download_form import download_form
from portal.records.temporary_residents.services.keep_clock import let_time_pass
from portal.records.temporary_residents.services.send_form import SendForm, send_form
from portal.records.temporary_residents.tests.factories import (
    BORN,
    a_form_for,
    actor_of,
    clerk,
    patient_at,
    send,
    upload,
)
from portal.records.tests.factories import nhs_number
from tests.attacks.hostile import pdfs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
NUMBER = nhs_number(4_242)
_EVERY_ACT = ("download", "archive", "return", "withdraw")


@pytest.fixture
def thief() -> Any:
    return MembershipFactory(organisation__contractor_type="gp", roles=["main_contact"])


def _post(client: Client, membership: Any, name: str, **values: str) -> Any:
    address = reverse(f"temporary:{name}", kwargs={"code": membership.organisation.code, **values})
    with transaction.atomic():
        return client.post(address, {"reason": "left"})


def _send(client: Client, membership: Any, file: bytes, name: str = "form.pdf", number: str = NUMBER) -> Any:
    typed = {f"born_on_{part}": getattr(BORN, part) for part in ("day", "month", "year")}
    typed |= {"number": number, "practice": "", "file": SimpleUploadedFile(name, file, "application/pdf")}
    return client.post(reverse("temporary:send", kwargs={"code": membership.organisation.code}), typed)


def test_a_guessed_form_of_another_practice_does_not_exist(thief: Any, sign_in: Callable[..., Client]) -> None:
    form, client = a_form_for(clerk()), sign_in(thief)
    answers = {name: _post(client, thief, name, reference=form.reference).status_code for name in _EVERY_ACT}
    assert set(answers.values()) == {404}
    nothing = _post(client, thief, "download", reference="TR-2222-2222")
    assert nothing.status_code == 404
    assert (TemporaryForm.objects.get().state, FormDownload.objects.count()) == ("waiting", 0)


def test_nobody_learns_where_a_patient_is_registered_by_sending(thief: Any, sign_in: Callable[..., Client]) -> None:
    """Known or not: the same answer, the same pages, the same list, the same file, but for references and times."""
    client, home = sign_in(thief), clerk()
    patient = patient_at(home.organisation_id, nhs_number=NUMBER)
    unknown = nhs_number(777_000)
    seen = []
    for number in (patient.nhs_number, unknown):
        answer = _send(client, thief, pdf(link=""), number=number)
        form = TemporaryForm.objects.latest("id")
        let_time_pass()
        page = client.get(
            reverse("temporary:form", kwargs={"code": thief.organisation.code, "reference": form.reference})
        )
        listed = client.get(reverse("temporary:sent", kwargs={"code": thief.organisation.code}))
        text = page.content.decode() + listed.content.decode()
        assert home.organisation_code not in text
        assert home.organisation_name not in text
        seen.append((answer.status_code, answer["Location"], presenters.sent_row(form).state, page.status_code))
    assert seen[0] == seen[1]


def test_the_practice_reads_who_tried(thief: Any) -> None:
    home = clerk()
    patient = patient_at(home.organisation_id)
    send(actor_of(thief, "T. Thief"), patient)
    entry = AccessEntry.objects.get()
    assert (entry.actor_name, entry.patient_organisation_ids) == ("T. Thief", [home.organisation_id])


def test_neither_number_nor_name_leaves_the_form(
    thief: Any, sign_in: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    """Not into an address, a log, an e-mail, an event or a file's name, even where the sender's file is called so."""
    receiver = MembershipFactory(organisation__contractor_type="gp", roles=["main_contact"])
    patient_at(receiver.organisation, nhs_number=NUMBER, family_name="ZEBEDEE")
    answer = _send(sign_in(thief), thief, pdf(link=""), name=f"ZEBEDEE {NUMBER}.pdf")
    StoredFile.objects.update(state="clean", scanner="test", scanned_at="2026-11-24T10:00:00Z")
    let_time_pass()
    form = TemporaryForm.objects.get()
    file = _post(sign_in(receiver), receiver, "download", reference=form.reference)
    kept: list[Any] = [
        *AuditEvent.objects.values(), *AccessEntry.objects.values(), *OutboxMessage.objects.values(),
        *StoredFile.objects.values(), answer["Location"], dict(file.headers), caplog.text,
    ]  # fmt: skip
    assert OutboxMessage.objects.exists()
    assert NUMBER not in str(kept)
    assert "ZEBEDEE" not in str(kept)


@pytest.mark.slow
@pytest.mark.parametrize("title", ["a script on opening", "a zip inside"])
def test_a_hostile_pdf_is_refused(title: str, thief: Any, sign_in: Callable[..., Client]) -> None:
    """One door for all files: tests/attacks/test_hostile_uploads.py goes through the whole corpus."""
    answer = _send(sign_in(thief), thief, pdfs.MUST_GO[title])
    assert (answer.status_code, TemporaryForm.objects.count()) == (422, 0)


def test_what_nobody_has_scanned_is_not_handed_out(thief: Any, sign_in: Callable[..., Client]) -> None:
    receiver = clerk()
    patient_at(receiver.organisation_id, nhs_number=NUMBER)
    _send(sign_in(thief), thief, pdf(link=""))
    form = TemporaryForm.objects.get()
    assert form.destination_id == receiver.organisation_id
    with pytest.raises(Conflict, match="being checked for viruses"):
        download_form(receiver, form.reference)


def test_control_off_without_the_scope_a_guessed_form_is_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    form, stranger = a_form_for(clerk()), clerk()
    with pytest.raises(NotFound):
        download_form(stranger, form.reference)
    monkeypatch.setattr(FormQuerySet, "visible_to", lambda self, actor: self.all())
    # The second question, whose practice it is with, still stands: the answer then says that the form exists.
    with pytest.raises(Conflict):
        download_form(stranger, form.reference)
    monkeypatch.setattr("portal.records.temporary_residents.services.download_form.lock_received", _anybodys)
    assert download_form(stranger, form.reference) == form.file


def _anybodys(actor: Any, reference: str) -> TemporaryForm:
    return TemporaryForm.objects.get(reference=reference)


def test_control_off_without_the_question_a_form_is_archived_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question of the service; then the table of steps and the constraint of the database still refuse."""
    receiver = clerk()
    form = a_form_for(receiver)
    monkeypatch.setattr(archiving, "FormDownload", _Downloaded)
    with pytest.raises(Conflict, match="cannot become archived"):
        archiving.archive_form(receiver, form.reference)


class _Downloaded:
    """Says that everything was downloaded."""

    class objects:  # noqa: N801  as Django calls it
        @staticmethod
        def filter(**wanted: Any) -> Any:
            return TemporaryForm.objects.all()


def test_control_off_a_sender_who_is_told_the_state_learns_of_registrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the labels that the operator reads, the two forms differ."""
    sender, home = clerk(), clerk()
    forms = send(sender, patient_at(home.organisation_id)), send(sender)
    assert len({presenters.sent_row(form).state for form in forms}) == 1
    told = {code: (label, "") for code, label in TemporaryForm._meta.get_field("state").flatchoices}
    monkeypatch.setattr(presenters, "_TO_SENDER", told)
    assert len({presenters.sent_row(form).state for form in forms}) == 2


def test_control_off_a_name_that_is_kept_names_the_patient(
    thief: Any, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "replace", lambda checked, **changes: checked)
    monkeypatch.setattr(FormFileField, "to_python", FormFileField.__mro__[1].to_python)
    _send(sign_in(thief), thief, pdf(link=""), name="ZEBEDEE.pdf")
    assert StoredFile.objects.get().name == "ZEBEDEE.pdf"


def test_control_off_the_number_alone_would_find_the_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the date of birth a number, which many people see, would be enough to have a form delivered."""
    home = clerk()
    patient = patient_at(home.organisation_id)
    wrong = Identifiers(number=patient.nhs_number, born_on=BORN.replace(year=1999))
    assert send_form(clerk(), SendForm(patient=wrong, upload=upload())).destination_id is None
    monkeypatch.setattr(sending, "find_patient", lambda given: patient)
    assert send_form(clerk(), SendForm(patient=wrong, upload=upload())).destination_id == home.organisation_id
