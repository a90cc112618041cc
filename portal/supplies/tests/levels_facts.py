"""Order lines and what became of them, as the tables would hold it: for tests of the counting."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from portal.organisations.models import Organisation
from portal.supplies.models import Box, CatalogueItem, Consignment, ConsignmentLine, Order, OrderLine, StockLevel
from portal.supplies.tests.factories import StockLevelFactory

_NUMBERS = itertools.count(1)
NOON = time(12)


def at(day: date, clock: time = NOON) -> datetime:
    """A moment on the clock on the wall."""
    return timezone.make_aware(datetime.combine(day, clock))


@dataclass(frozen=True, kw_only=True)
class Part:
    """Packs in one consignment. ``received`` is what the site confirmed; ``confirmed_at`` when it last did."""

    packs: int
    delivered_at: datetime | None = None
    state: str = "delivered"
    received: int | None = None
    was_short: bool = False
    confirmed_at: datetime | None = None
    disputed_at: datetime | None = None


def a_line(
    site: Organisation,
    promised_on: date | None,
    *parts: Part,
    packs: int = 4,
    cancelled: int = 0,
    cancelled_at: datetime | None = None,
    placed_on: date | None = None,
    item: CatalogueItem | None = None,
    state: str = "accepted",
) -> OrderLine:
    """One line of an order of its own, promised for ``promised_on``."""
    level = StockLevel.objects.filter(item=item).first() if item else None
    level = level or StockLevelFactory(**({"item": item} if item else {}))
    placed_at = at(placed_on or (promised_on or timezone.localdate()) - timedelta(days=7))
    number = next(_NUMBERS)
    order = Order.objects.create(
        reference=f"ORD-LEVEL-{number}", organisation=site, submission=uuid.uuid4(), state=state, placed_at=placed_at,
        placed_by_id=1, placed_by_name="x", placed_by_email="x@example.org", delivery_name="x", delivery_lines=["x"],
        delivery_postcode="ZZ99 1AA",
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, organisation=site, item=level.item, position=1, item_code=level.item.code,
        item_name=level.item.name, unit="pack", pack_size=1, state=state, quantity=packs, placed_at=placed_at,
        promised_on=promised_on, cancelled=cancelled, cancelled_at=cancelled_at,
        dispatched=sum(part.packs for part in parts if part.state != "cancelled"),
    )  # fmt: skip
    for place, part in enumerate(parts):
        sent = Consignment.objects.create(
            reference=f"CON-LEVEL-{number}-{place}", order=order, organisation=site, store=level.store,
            state=part.state, carrier="Van", dispatched_at=part.delivered_at or placed_at,
            delivered_at=part.delivered_at, received_by="x", confirmed_at=part.confirmed_at,
            disputed_at=part.disputed_at, by_box=False,
        )  # fmt: skip
        if part.state != "cancelled":
            Box.objects.create(consignment=sent, number=1, code=f"BOX-LEVEL-{number}-{place}")
        ConsignmentLine.objects.create(
            consignment=sent, line=line, level=level, quantity=part.packs, picked=part.packs, received=part.received,
            was_short=part.was_short,
        )  # fmt: skip
    return line
