"""IMAP over TLS: e-mails are seen only after the commit, and a server that is not trusted gets no password."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from pytest_django.fixtures import Settings

from portal.casework.mail_in import reading
from portal.casework.mail_in.imap import MailServerRefused
from portal.casework.mail_in.message import LARGEST
from portal.casework.mail_in.reading import read_box
from portal.casework.mail_in.tests.imap_server import MailServer, mail_server
from portal.casework.models import EmailReceived

pytestmark = pytest.mark.django_db
MAIL = b"From: Asha <asha@practice.example>\r\nSubject: Forms\r\nMessage-ID: <%d@x>\r\n\r\nWhere are they?"


@pytest.fixture
def server(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A server with two e-mails, trusted, and named in the environment."""
    with mail_server(tmp_path) as running:
        running.emails = {7: MAIL % 7, 9: MAIL % 9}
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        (tmp_path / "password").write_text("right\n")
        settings.ENVIRONMENT = replace(
            django_settings.ENVIRONMENT,
            mail_in=f"imaps://portal%40example.org@localhost:{running.port}/Mail%20in",
            mail_in_password_file=str(tmp_path / "password"),
        )
        yield running


def test_each_e_mail_is_read_and_then_seen(server: MailServer) -> None:
    found = read_box()
    assert found is not None and found.counts == {"opened": 2}
    assert server.flags == {7: "(\\Seen)", 9: "(\\Seen)"}
    assert 'SELECT "Mail in"' in server.commands
    assert 'LOGIN portal@example.org "right"' in server.commands
    again = read_box()
    assert again is not None and not again.counts


def test_nothing_is_seen_that_was_not_committed(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*arguments: Any) -> EmailReceived:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(reading, "receive_email", away)
    with pytest.raises(OperationalError):
        read_box()
    assert server.flags == {}
    assert any("BODY.PEEK" in command for command in server.commands)


def test_an_e_mail_that_shows_a_defect_is_flagged(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def defective(*arguments: Any) -> EmailReceived:
        raise KeyError("a defect")

    monkeypatch.setattr(reading, "receive_email", defective)
    read_box()
    assert server.flags == {7: "(\\Seen \\Flagged)", 9: "(\\Seen \\Flagged)"}


def test_only_as_much_is_fetched_as_is_taken(server: MailServer) -> None:
    server.emails = {7: MAIL % 7 + b"a" * (LARGEST + 5000)}
    read_box()
    received = EmailReceived.objects.get()
    assert (received.outcome, received.reason) == ("refused", "It is larger than 25 MB.")


def test_a_server_that_is_not_trusted_gets_no_password(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError):
        read_box()
    assert server.commands == []


def test_a_wrong_password_is_said_without_saying_it(server: MailServer, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("wrong-one")
    with pytest.raises(MailServerRefused, match=r"does not let portal@example\.org sign in") as refused:
        read_box()
    assert "wrong-one" not in repr(refused.value) + repr(refused.value.__cause__)


@pytest.mark.parametrize("command", ["SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_says_no_is_an_error_the_operator_sees(server: MailServer, command: str) -> None:
    server.refuses = command
    with pytest.raises(CommandError, match=f"answered NO to {command.rpartition(' ')[2]}"):
        call_command("read_mail", stdout=StringIO())


def test_a_server_that_is_not_there_is_an_error_the_operator_sees(server: MailServer, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_in="imaps://me@127.0.0.1:1/INBOX")
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("read_mail", stdout=StringIO())
