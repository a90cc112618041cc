"""Orders as the operator's lists show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from portal.supplies.models import Order
from portal.supplies.states import ORDER_LINE

_NOT_DELIVERED = ("awaiting_approval", "accepted", "back_ordered", "on_hold", "picking", "dispatched")


@dataclass(frozen=True, kw_only=True)
class StaffRow:
    """One order of a queue."""

    reference: str
    address: str
    site: str
    placed_at: datetime
    lines: int
    promised_on: date | None
    late: bool
    state: str
    colour: str


def staff_rows(orders: Iterable[Order]) -> list[StaffRow]:
    """The rows of one page; the orders carry ``line_count``."""
    today = timezone.localdate()
    pattern = reverse("staff_supplies:order", kwargs={"reference": "REFERENCE"})
    return [
        StaffRow(
            reference=order.reference,
            address=pattern.replace("REFERENCE", order.reference),
            site=f"{order.delivery_name} ({order.organisation.code})",
            placed_at=order.placed_at,
            lines=order.line_count,  # type: ignore[attr-defined]
            promised_on=order.promised_on,
            late=order.state in _NOT_DELIVERED and order.promised_on is not None and order.promised_on < today,
            state=ORDER_LINE.states[order.state].label,
            colour=ORDER_LINE.states[order.state].colour,
        )
        for order in orders
    ]
