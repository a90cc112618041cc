"""Saying when the supplier's next delivery is expected: lines that wait are promised by it (J5, J24)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import build_event, record, record_many
from portal.foundation.errors import InvalidInput
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.web.filters import day
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies.events import PROMISE_CHANGED, STOCK_EXPECTED
from portal.supplies.models import OrderLine, StockLevel
from portal.supplies.permissions import RECEIVE_STOCK
from portal.supplies.promises import promised_date
from portal.supplies.services.allocate_waiting import lock_waiting
from portal.supplies.services.lock_levels import find_level, lock_level, next_delivery
from portal.supplies.services.promise_order import promise_order
from portal.supplies.substitution_messages import promise_changed

LONGEST_WAIT = timedelta(days=730)


@dataclass(frozen=True, kw_only=True)
class ExpectStock:
    """The command: codes of store and item, and the day; None when nobody knows."""

    store: str
    item: str
    expected_on: date | None


@service(RECEIVE_STOCK)
def expect_stock(actor: Actor, command: ExpectStock) -> StockLevel:
    """Stores the day of the next delivery and promises the waiting lines anew.

    The orderers are told. Contractors see the new date before they order, and on the orders that wait (the oldest
    ``allocate_waiting.BATCH`` lines). Raises NotFound, and InvalidInput for a day in the past.
    """
    today = timezone.localdate()
    if command.expected_on is not None and not today <= command.expected_on <= today + LONGEST_WAIT:
        raise InvalidInput({"expected_on": "Enter a day from today on, within two years."})
    level = find_level(command.store, command.item)
    order_ids = lock_waiting([level.item_id])
    level = lock_level(level)
    if level.expected_on == command.expected_on:
        nothing_changed()
        return level
    level.expected_on = command.expected_on
    level.save(update_fields=["expected_on"])
    when = day(command.expected_on) or "a day that nobody knows yet"
    record(STOCK_EXPECTED, actor=actor, subject=level, expected_on=when)
    _promise_anew(actor, order_ids, level.item_id, next_delivery(level.item_id))
    return level


def _promise_anew(actor: Actor, order_ids: list[int], item_id: int, expected_on: date | None) -> None:
    calendar, now = working_calendar(), timezone.now()
    lines = OrderLine.objects.filter(order_id__in=order_ids, item_id=item_id, state="back_ordered")
    events = []
    told: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines.select_related("order__organisation", "item").order_by("order_id"):
        promised = promised_date(
            calendar, now=now, lead_time=line.item.lead_time, in_stock=False, expected_on=expected_on
        )
        if promised == line.promised_on:
            continue
        line.promised_on = promised
        line.save(update_fields=["promised_on"])
        promise_order(line.order)
        told[line.order_id].append(line)
        events.append(
            build_event(
                PROMISE_CHANGED,
                actor=actor,
                subject=line.order,
                organisation_id=line.order.organisation_id,
                item=line.item_name,
                promised_on=day(promised) or "not known yet",
            )
        )
    if events:
        record_many(events)
        queue_emails([email for each in told.values() for email in promise_changed(each[0].order, each)])
