"""A box is read once, marked after the commit, and never holds the portal up (F20)."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from pytest_django.fixtures import Settings

from portal.casework.mail_in import reading
from portal.casework.mail_in.boxes import open_box
from portal.casework.mail_in.reading import read_box
from portal.casework.models import Case, EmailReceived

MAIL = b"From: Asha <asha@practice.example>\r\nSubject: Forms\r\nMessage-ID: <%d@x>\r\n\r\nWhere are they?"


@pytest.fixture
def maildir(tmp_path: Path, settings: Settings) -> Path:
    """An empty Maildir, named in the environment."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    _set(settings, f"maildir:{tmp_path}")
    return tmp_path


def _set(settings: Settings, address: str, password_file: str = "") -> None:
    settings.ENVIRONMENT = replace(django_settings.ENVIRONMENT, mail_in=address, mail_in_password_file=password_file)


def _deliver(box: Path, number: int = 1, raw: bytes | None = None) -> None:
    (box / "new" / f"{number}.host").write_bytes(MAIL % number if raw is None else raw)


def _names(box: Path, folder: str) -> list[str]:
    return sorted(each.name for each in (box / folder).iterdir())


@pytest.mark.django_db
def test_each_e_mail_is_read_once_and_moves_to_cur(maildir: Path) -> None:
    _deliver(maildir, 1)
    _deliver(maildir, 2)
    found = read_box()
    assert found is not None and found.counts == {"opened": 2}
    assert (_names(maildir, "new"), _names(maildir, "cur")) == ([], ["1.host:2,S", "2.host:2,S"])
    again = read_box()
    assert again is not None and not again.counts


@pytest.mark.django_db
def test_a_worker_that_dies_before_it_marks_an_e_mail_reads_it_again_for_nothing(maildir: Path) -> None:
    _deliver(maildir)
    read_box()
    (maildir / "cur" / "1.host:2,S").rename(maildir / "new" / "1.host")
    read_box()
    assert (Case.objects.count(), _names(maildir, "new")) == (1, [])


@pytest.mark.django_db
def test_an_e_mail_that_shows_a_defect_is_flagged_and_the_others_are_read(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deliver(maildir, 1)
    _deliver(maildir, 2)
    receive = reading.receive_email

    def defective(actor: Any, incoming: Any) -> EmailReceived:
        if incoming.envelope.message_id == "1@x":
            raise KeyError("a defect")
        return receive(actor, incoming)

    monkeypatch.setattr(reading, "receive_email", defective)
    found = read_box()
    assert found is not None and found.counts == {"failed": 1, "opened": 1}
    assert _names(maildir, "cur") == ["1.host:2,FS", "2.host:2,S"]


@pytest.mark.django_db
def test_when_the_database_is_away_the_e_mail_stays_where_it_is(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _deliver(maildir)

    def away(*arguments: Any) -> EmailReceived:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(reading, "receive_email", away)
    with pytest.raises(OperationalError):
        read_box()
    assert _names(maildir, "new") == ["1.host"]


def test_no_box_is_no_error_and_half_a_box_is_one(tmp_path: Path, settings: Settings) -> None:
    _set(settings, "")
    assert open_box() is None
    _set(settings, f"maildir:{tmp_path}")
    with pytest.raises(ImproperlyConfigured, match="not a Maildir"), open_box():  # type: ignore[union-attr]
        pass


@pytest.mark.parametrize(
    "address",
    [
        "/var/mail",
        "maildir:relative",
        "imap://me@host/INBOX",
        "imaps://host/INBOX",
        "imaps://me:secret@host/INBOX",
        "imaps://me@/x",
        "imaps://me@h:99999/x",
    ],
)
def test_an_address_that_is_no_box_is_refused_without_repeating_a_secret(address: str, settings: Settings) -> None:
    _set(settings, address)
    with pytest.raises(ImproperlyConfigured) as refused:
        open_box()
    assert "secret" not in str(refused.value)


def test_a_password_comes_from_a_file(tmp_path: Path, settings: Settings) -> None:
    _set(settings, "imaps://me@mail.example/INBOX", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="PASSWORD_FILE"):
        open_box()
    _set(settings, "imaps://me@mail.example/INBOX")
    with pytest.raises(ImproperlyConfigured, match="must name the file"):
        open_box()


@pytest.mark.django_db
def test_the_command_says_what_became_of_each(maildir: Path) -> None:
    _deliver(maildir)
    _deliver(maildir, 2, (MAIL % 2).replace(b"\r\n\r\n", b"\r\nAuto-Submitted: auto-replied\r\n\r\n"))
    out = StringIO()
    call_command("read_mail", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["counts"] == {"opened": 1, "ignored": 1}
    aside = StringIO()
    call_command("read_mail", "--put-aside", stdout=aside)
    assert "asha@practice.example  Forms\n  an automatic answer" in aside.getvalue()


@pytest.mark.django_db
def test_the_command_reads_files(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(MAIL % 1)
    out = StringIO()
    call_command("read_mail", str(file), stdout=out)
    assert f"{file}: opened {Case.objects.get().reference}" in out.getvalue()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_mail", str(tmp_path / "none"))


@pytest.mark.django_db
def test_the_command_says_that_there_is_no_box(settings: Settings) -> None:
    _set(settings, "")
    with pytest.raises(CommandError, match="No e-mail box is set"):
        call_command("read_mail")
