"""Files that come by e-mail are looked into like uploads, and kept with their case (F21)."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from portal.casework.mail_in import files as mail_files
from portal.casework.mail_in.files import look_into_files
from portal.casework.mail_in.message import Ourselves
from portal.casework.mail_in.read import read_mail
from portal.casework.mail_in.reading import MAILBOX, Reading
from portal.casework.models import Attachment, EmailReceived, Message
from portal.casework.services.receive_email import receive_email
from portal.foundation.access.row_security import set_scope
from portal.foundation.files import vault
from portal.foundation.files.tests.making import pdf, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DEFAULT_FROM_EMAIL = "portal@portal.example"


def _mail(*files: tuple[str, bytes], subject: str = "Forms", number: int = 1) -> bytes:
    head = (
        f"From: Asha <asha@practice.example>\r\nSubject: {subject}\r\nMessage-ID: <{number}@x>\r\n"
        "Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\nSee the files\r\n"
    )
    pieces = [
        f'--bb\r\nContent-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{base64.encodebytes(content).decode()}\r\n"
        for name, content in files
    ]
    return (head + "".join(pieces) + "--bb--\r\n").encode()


def test_what_a_file_is_decides_whether_it_is_kept_not_what_it_is_called() -> None:
    reading = Reading()
    assert reading.receive("1", _mail(("form.pdf", pdf()), ("scan.exe", picture()), ("bad.pdf", b"MZ\x90\x00 program")))
    kept = Attachment.objects.order_by("id")
    assert [(each.stored_file.name, each.stored_file.state) for each in kept] == [
        ("form.pdf", "quarantined"),
        ("scan.png", "quarantined"),
    ]
    assert all(vault.read(each.stored_file.stored_name) for each in kept)
    note = Message.objects.get()
    assert note.internal and "bad.pdf: " in note.body and "form.pdf" not in note.body


def test_files_of_an_answer_belong_to_its_message() -> None:
    reading = Reading()
    reading.receive("1", _mail())
    case = EmailReceived.objects.get().case
    assert case is not None
    reading.receive("2", _mail(("form.pdf", pdf()), subject=f"Re: {case.reference}", number=2))
    attachment = Attachment.objects.get()
    assert (attachment.case, attachment.message, attachment.added_by_name) == (case, Message.objects.get(), "Asha")


def test_a_machine_s_files_are_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_files, "check_bytes", lambda name, data: pytest.fail("looked into"))
    raw = _mail(("form.pdf", pdf())).replace(b"Subject:", b"Precedence: bulk\r\nSubject:")
    assert Reading().receive("1", raw)
    assert not Attachment.objects.exists()


def test_files_after_the_time_is_up_are_named_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_files, "_SECONDS", -1.0)
    incoming = look_into_files(read_mail(_mail(("form.pdf", pdf())), Ourselves(address="portal@portal.example")))
    receive_email(MAILBOX, incoming)
    assert "form.pdf: It was not looked into" in Message.objects.get().body


def test_another_organisation_does_not_see_the_row() -> None:
    Reading().receive("1", _mail(("form.pdf", pdf())))
    set_scope("contractor", 987_654)
    assert not Attachment.objects.exists()
    set_scope("system")
    assert Attachment.objects.exists()
