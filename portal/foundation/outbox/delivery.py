"""Delivering what is due: lease, send, settle. Any number of workers may run."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.foundation.outbox.models import MAXIMUM_ATTEMPTS, OutboxMessage
from portal.foundation.outbox.transport import transport

LEASE = timedelta(seconds=60)
logger = logging.getLogger(__name__)


def deliver_due(*, limit: int = 50, backend: BaseEmailBackend | None = None) -> int:
    """Sends at most ``limit`` due messages and returns how many it tried.

    Each is settled in its own transaction, so that one that always fails holds up no other.
    ``backend`` replaces the configured transport (tests, the demo's mail page).
    """
    sender = backend or transport()
    tried = 0
    for message in _lease(limit):
        _send_one(message, sender)
        tried += 1
    return tried


def _lease(limit: int) -> list[OutboxMessage]:
    with transaction.atomic():
        ids = list(
            OutboxMessage.objects.due()
            .order_by("due_at", "id")
            .select_for_update(skip_locked=True)
            .values_list("id", flat=True)[:limit]
        )
        OutboxMessage.objects.filter(id__in=ids).update(leased_until=timezone.now() + LEASE, attempts=F("attempts") + 1)
    return list(OutboxMessage.objects.filter(id__in=ids).order_by("due_at", "id"))


def _send_one(message: OutboxMessage, sender: BaseEmailBackend) -> None:
    try:
        sender.send_messages([_as_email(message)])
    except Exception as error:  # whatever a mail server does must not stop the other messages
        _settle_failure(message, f"{type(error).__name__}: {error}"[:500])
    else:
        now = timezone.now()
        OutboxMessage.objects.filter(id=message.id, state="waiting").update(
            state="sent", sent_at=now, leased_until=None, last_error=""
        )


def _settle_failure(message: OutboxMessage, error: str) -> None:
    gives_up = message.attempts >= MAXIMUM_ATTEMPTS
    OutboxMessage.objects.filter(id=message.id, state="waiting").update(
        state="failed" if gives_up else "waiting",
        due_at=timezone.now() + message.next_delay(),
        leased_until=None,
        last_error=error,
    )
    logger.warning("e-mail not sent", extra={"kind": message.kind, "attempts": message.attempts})


def _as_email(message: OutboxMessage) -> EmailMessage:
    # The two others ask machines that answer e-mails to leave ours alone.
    headers = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    return EmailMessage(subject=message.subject, body=message.body, to=message.recipients, headers=headers)
