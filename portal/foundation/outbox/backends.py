"""Lets third-party code that calls Django's ``send_mail`` (allauth) use the outbox like everybody else."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from portal.foundation.outbox.queue import Email, queue_emails


class OutboxEmailBackend(BaseEmailBackend):
    """An e-mail backend that queues; the worker sends."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queues the messages, in the caller's transaction when there is one."""
        with transaction.atomic():
            return len(
                queue_emails(
                    [
                        Email(
                            kind="accounts.mail",
                            recipients=list(message.recipients()),
                            subject=str(message.subject),
                            body=str(message.body),
                        )
                        for message in email_messages
                    ]
                )
            )
