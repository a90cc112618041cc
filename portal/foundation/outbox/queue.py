"""Putting a message in the outbox."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.request_id import current_request_id

_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
SUBJECT_LENGTH = 160


@dataclass(frozen=True, kw_only=True)
class Email:
    """A plain-text e-mail: no patient data, no secret beyond a short-lived link (R10).

    ``kind`` is a stable code such as ``supplies.order_placed``; ``about`` the reference it concerns.
    """

    kind: str
    recipients: list[str]
    subject: str
    body: str
    about: str = ""
    due_at: object = field(default=None)


def text_email(kind: str, recipients: list[str], subject: str, *, about: str = "", **values: Any) -> Email:
    """The e-mail of this kind, with the text of its template and ``values`` filled in.

    The template has the kind's name: that of ``supplies.order_placed`` is ``supplies/emails/order_placed.txt.jinja``.
    Raises TemplateDoesNotExist for a kind without one.
    """
    app, _, name = kind.partition(".")
    values = {"service_name": settings.SERVICE_NAME, **values}
    body = render_to_string(f"{app}/emails/{name}.txt.jinja", values, using="jinja2")
    return Email(kind=kind, recipients=recipients, subject=subject, body=body, about=about)


def queue_email(email: Email) -> OutboxMessage | None:
    """Writes the e-mail into the outbox, in the caller's transaction; None when nobody is to be told.

    Raises RuntimeError outside a transaction: the message must live or die with its change.
    """
    return queue_emails([email])[0] if email.recipients else None


def queue_emails(emails: list[Email]) -> list[OutboxMessage]:
    """Writes several e-mails in one query; those without recipients are left out."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An e-mail is queued inside the transaction of its change.")
    return OutboxMessage.objects.bulk_create([_row(email) for email in emails if email.recipients])


def _row(email: Email) -> OutboxMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return OutboxMessage(
        kind=email.kind,
        recipients=email.recipients,
        subject=_LINE_BREAKS.sub(" ", email.subject).strip()[:SUBJECT_LENGTH],
        body=email.body,
        about=email.about,
        message_id=f"<{secrets.token_hex(16)}@{domain}>",
        request_id=current_request_id(),
    )
