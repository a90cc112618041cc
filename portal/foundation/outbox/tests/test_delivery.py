"""No e-mail is lost, none is sent twice by a living worker, and one bad one holds up no other (P6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from portal.foundation.outbox.delivery import deliver_due
from portal.foundation.outbox.models import MAXIMUM_ATTEMPTS, OutboxMessage
from portal.foundation.outbox.queue import Email, queue_email, queue_emails

pytestmark = pytest.mark.django_db


class Postman(BaseEmailBackend):
    """Remembers what it was given, and fails for addresses that start with ``bad``."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[EmailMessage] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.to[0].startswith("bad"):
                raise ConnectionError("the server hung up")
            self.sent.append(message)
        return len(email_messages)


def _email(to: str = "asha@example.org", subject: str = "Your order") -> Email:
    return Email(kind="tests.mail", recipients=[to], subject=subject, body="Hello")


def test_a_queued_message_is_sent_once() -> None:
    queue_email(_email())
    postman = Postman()
    assert (deliver_due(backend=postman), deliver_due(backend=postman)) == (1, 0)
    assert [message.to for message in postman.sent] == [["asha@example.org"]]
    assert OutboxMessage.objects.get().state == "sent"


def test_a_message_dies_with_its_change() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_email(_email())
        _ = 1 / 0
    assert not OutboxMessage.objects.exists()


def test_a_message_that_fails_waits_longer_each_time_and_holds_up_no_other() -> None:
    queue_emails([_email("bad@example.org"), _email()])
    postman = Postman()
    deliver_due(backend=postman)
    bad = OutboxMessage.objects.get(recipients=["bad@example.org"])
    assert (bad.state, bad.attempts, len(postman.sent)) == ("waiting", 1, 1)
    assert bad.due_at > timezone.now() + timedelta(minutes=1)
    assert "hung up" in bad.last_error


def test_after_the_last_attempt_a_message_has_failed_and_stays_visible() -> None:
    queue_email(_email("bad@example.org"))
    OutboxMessage.objects.update(attempts=MAXIMUM_ATTEMPTS - 1)
    deliver_due(backend=Postman())
    assert OutboxMessage.objects.get().state == "failed"


def test_the_lease_of_a_dead_worker_runs_out() -> None:
    message = queue_email(_email())
    assert message is not None
    now = timezone.now()
    OutboxMessage.objects.update(leased_until=now + timedelta(seconds=30), attempts=1)
    assert deliver_due(backend=Postman()) == 0
    OutboxMessage.objects.update(leased_until=now - timedelta(seconds=1))
    postman = Postman()
    deliver_due(backend=postman)
    assert postman.sent[0].extra_headers["Message-ID"] == message.message_id


@pytest.mark.parametrize("subject", ["Order\r\nBcc: thief@example.org", "Order\nX", "Order\u2028X", "x" * 5000])
def test_a_subject_cannot_add_a_header(subject: str) -> None:
    message = queue_email(_email(subject=subject))
    assert message is not None
    assert not set("\r\n\u2028") & set(message.subject)
    assert len(message.subject) <= 160


def test_mail_of_other_software_goes_through_the_outbox_too(settings: object) -> None:
    settings.EMAIL_BACKEND = "portal.foundation.outbox.backends.OutboxEmailBackend"  # type: ignore[attr-defined]
    send_mail("Sign in", "Code", None, ["asha@example.org"])
    assert OutboxMessage.objects.get().kind == "accounts.mail"


def test_nobody_to_tell_makes_no_message() -> None:
    assert queue_email(Email(kind="tests.mail", recipients=[], subject="x", body="y")) is None
