"""Orders as lists and exports show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.web.filters import day, weekday
from portal.supplies.models import Order, OrderLine
from portal.supplies.states import ORDER_LINE

_NOT_THERE = ("awaiting_approval", "accepted", "back_ordered", "on_hold", "picking", "dispatched")

EXPORT_HEADS = (
    "Order", "Placed", "Placed by", "Item code", "Item", "Pack size", "Packs ordered", "Packs sent",
    "Packs delivered", "Packs confirmed", "Packs cancelled", "State", "Promised by", "Reason given",
    "Ordered together",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """One row of the list, in words."""

    reference: str
    address: str
    placed_at: datetime
    placed_by: str
    lines: int
    promise: str
    late: bool
    state: str
    colour: str


def order_rows(orders: Iterable[Order], actor: Actor) -> list[OrderRow]:
    """The rows of one page of orders, which carry ``line_count``."""
    today = timezone.localdate()
    pattern = reverse("supplies:order", kwargs={"code": actor.organisation_code, "reference": "REFERENCE"})
    rows = []
    for order in orders:
        state = ORDER_LINE.states[order.state]
        open_still = order.state in _NOT_THERE
        rows.append(
            OrderRow(
                reference=order.reference,
                address=pattern.replace("REFERENCE", order.reference),
                placed_at=order.placed_at,
                placed_by=order.placed_by_name,
                lines=order.line_count,  # type: ignore[attr-defined]
                promise=_promise(order) if open_still else "",
                late=open_still and order.promised_on is not None and order.promised_on < today,
                state=state.label,
                colour=state.colour,
            )
        )
    return rows


def export_rows(lines: QuerySet[OrderLine]) -> Iterator[list[Any]]:
    """The lines as values, read in batches."""
    for line in lines.iterator(chunk_size=500):
        yield [
            line.order.reference,
            line.placed_at,
            line.order.placed_by_name,
            line.item_code,
            line.item_name,
            line.pack_size,
            line.quantity,
            line.dispatched,
            line.delivered,
            line.received,
            line.cancelled,
            line.state_label,
            line.promised_on,
            line.reason,
            line.order.joint.reference if line.order.joint else "",
        ]


def _promise(order: Order) -> str:
    return weekday(order.promised_on) if order.promised_on else "Not all of it has a date yet"


def promised(line: OrderLine) -> str:
    """When a line should come, in words; '' once it has come or will not."""
    if line.state not in _NOT_THERE:
        return ""
    return day(line.promised_on) if line.promised_on else "No date yet"
