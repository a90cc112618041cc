"""The outbox as the demonstration's mail page shows it."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.foundation.outbox.models import OutboxMessage


def newest_messages() -> QuerySet[OutboxMessage]:
    """Every message, newest first."""
    return OutboxMessage.objects.order_by("-id")


def message_or_none(key: str) -> OutboxMessage | None:
    """The message whose Message-ID begins with the key; None when there is none."""
    return OutboxMessage.objects.filter(message_id__startswith=f"<{key}@").first() if key.isalnum() else None
