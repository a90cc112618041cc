"""A mail server that is away, refuses, or hangs up without a word loses no e-mail; a second copy has the same name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.outbox.delivery import deliver_due
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.outbox.queue import Email, queue_emails
from tests.benchmarks.server import free_port
from tests.faults.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db
EMAILS = 20


@pytest.fixture
def _queued() -> None:
    queue_emails(
        [
            Email(kind="tests.mail", recipients=[f"person{number}@example.org"], subject="Your order", body="It left.")
            for number in range(EMAILS)
        ]
    )


def _try_all() -> int:
    """Sends what waits, as if the pause after a failure were over; how many wait now."""
    OutboxMessage.objects.filter(state="waiting").update(due_at=timezone.now())
    deliver_due()
    return OutboxMessage.objects.filter(state="waiting").count()


def _use(settings: Any, url: str) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, email_url=url)


def _all_came(server: MailServer) -> bool:
    names = set(OutboxMessage.objects.filter(state="sent").values_list("message_id", flat=True))
    return len(names) == EMAILS and server.taken.keys() == names


@pytest.mark.usefixtures("_queued")
def test_what_could_not_be_sent_while_the_server_was_away_is_sent_afterwards(settings: Any) -> None:
    _use(settings, f"smtp://127.0.0.1:{free_port()}")
    assert (_try_all(), _try_all()) == (EMAILS, EMAILS)
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {2}
    with mail_server() as (server, url):
        _use(settings, url)
        assert _try_all() == 0
        assert _all_came(server) and server.twice == 0


@pytest.mark.usefixtures("_queued")
def test_what_the_server_refused_for_now_is_sent_afterwards(settings: Any) -> None:
    with mail_server() as (server, url):
        _use(settings, url)
        server.failing = "refuses"
        assert _try_all() == EMAILS
        assert not server.taken
        assert "451" in OutboxMessage.objects.first().last_error
        server.failing = ""
        assert _try_all() == 0
        assert _all_came(server) and server.twice == 0


@pytest.mark.usefixtures("_queued")
def test_what_the_server_took_without_saying_so_comes_again_by_the_same_name(settings: Any) -> None:
    with mail_server() as (server, url):
        _use(settings, url)
        server.failing = "forgets to answer"
        assert _try_all() == EMAILS
        server.failing = ""
        assert _try_all() == 0
        assert _all_came(server)
        assert set(server.taken.values()) == {2}
