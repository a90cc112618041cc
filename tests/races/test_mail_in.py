"""Two workers read the same e-mail: it opens one case (R4). Seen to open two with the lock and the key taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection

from portal.casework.mail_in.message import Envelope, IncomingMessage
from portal.casework.mail_in.reading import MAILBOX
from portal.casework.models import Case, EmailReceived
from portal.casework.services import receive_email as receiving
from portal.casework.services.receive_email import receive_email
from portal.foundation.outbox.models import OutboxMessage
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MAIL = IncomingMessage(
    envelope=Envelope(key="1@x", message_id="1@x", sender="asha@practice.example", subject="Forms"), text="Where?"
)


def _two_readers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What came of it when both had looked whether the e-mail was there already."""
    Meeting().after(monkeypatch, "portal.casework.services.receive_email.earlier_email")
    return at_once(lambda: receive_email(MAILBOX, MAIL), lambda: receive_email(MAILBOX, MAIL))


@pytest.fixture
def _no_key() -> Iterator[None]:
    """The table without its unique key."""
    key = next(field for field in EmailReceived._meta.local_fields if field.name == "key")
    plain = key.clone()
    plain._unique = False
    plain.set_attributes_from_name("key")
    plain.model = EmailReceived
    with connection.schema_editor() as editor:
        editor.alter_field(EmailReceived, key, plain)
    yield
    EmailReceived.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.alter_field(EmailReceived, plain, key)


def test_an_e_mail_read_by_two_workers_opens_one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _two_readers(monkeypatch)
    assert first == second
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_without_the_lock_the_key_still_stops_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_one_at_a_time", lambda what: None)
    results = _two_readers(monkeypatch)
    assert sorted(type(each).__name__ for each in results) == ["EmailReceived", "IntegrityError"]
    assert any(isinstance(each, IntegrityError) for each in results)
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (1, 1)


@pytest.mark.usefixtures("_no_key")
def test_without_lock_and_key_it_opens_two_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_one_at_a_time", lambda what: None)
    _two_readers(monkeypatch)
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (2, 2)
