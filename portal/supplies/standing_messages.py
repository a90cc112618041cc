"""The e-mails of standing orders. Plain text, no patient data, one link (R10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address
from portal.foundation.web.filters import one_line
from portal.supplies.models import StandingOrder


def reminder(standing: StandingOrder, recipient: str) -> list[Email]:
    """To the person whose it is: the date comes, skip or change it in time."""
    return [_email(standing, "standing_reminder", "Your standing order is due soon", recipient, {})]


def failed(standing: StandingOrder, recipient: str, due: date, reason: str, *, last_try: bool) -> list[Email]:
    """To the person whose it is: nothing was ordered, why, and whether it is tried again."""
    values = {"due": due, "reason": reason, "last_try": last_try}
    return [_email(standing, "standing_failed", "Your standing order was not placed", recipient, values)]


def stopped(standing: StandingOrder, recipient: str, reason: str) -> list[Email]:
    """To the Main Contact: why it stopped, and what to do. To nobody where there is no Main Contact."""
    return [_email(standing, "standing_stopped", "A standing order has stopped", recipient, {"reason": reason})]


def _email(standing: StandingOrder, kind: str, subject: str, recipient: str, values: dict[str, Any]) -> Email:
    return text_email(
        f"supplies.{kind}",
        [recipient] if recipient else [],
        f"{subject}: {standing.reference}",
        about=standing.reference,
        standing=standing,
        site=one_line(standing.organisation.name),
        link=absolute_address("supplies:standing", code=standing.organisation.code, reference=standing.reference),
        **values,
    )
