"""Giving stock that became free to the lines that wait for it, oldest first (R4).

The order of locks in supplies is: account, orders in id order, stock levels in id order. A service that
will make stock free calls ``lock_waiting`` first, then locks the levels, then calls ``allocate_waiting``.
See docs/decisions/0009-stock-that-arrives.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum
from django.utils import timezone

from portal.foundation.access import Actor, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import build_event, record_many
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.workflow import apply
from portal.supplies import messages
from portal.supplies.events import LINES_ALLOCATED
from portal.supplies.models import Order, OrderLine, Reservation, StockLevel
from portal.supplies.permissions import RECEIVE_STOCK
from portal.supplies.promises import promised_date
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.promise_order import promise_order
from portal.supplies.states import ORDER_LINE

# Lines looked at in one call. What is left waits for the next receipt, or for the button on the stock page.
BATCH = 100
# A practice that cancels must not appear on another practice's timeline: the portal allocates.
PORTAL = system_actor("The portal", RECEIVE_STOCK)


def lock_waiting(item_ids: Iterable[int], *, besides: Iterable[int] = ()) -> list[int]:
    """Locks the orders whose lines wait longest for these items, and those ``besides``; returns their ids.

    In id order, waiting for whoever has one of them. Call it before any stock level is locked.
    """
    return _lock_orders([*_waiting_orders(item_ids), *besides], wait=True)


def allocate_waiting(actor: Actor, item_ids: Iterable[int]) -> list[Order]:
    """Reserves free stock of the items for waiting lines, oldest order first; returns the orders that got some.

    At most ``BATCH`` lines a call. It waits for nobody, because the caller may hold any lock: an order or a
    level that somebody else is changing at this moment is passed over. A line that now has all it needs
    becomes accepted; its orderer is told.
    """
    wanted = sorted(set(item_ids))
    if not wanted:
        return []
    with system_scope():  # the orders that wait are other organisations'
        if not _anything_free(wanted):
            return []
        order_ids = _lock_orders(_waiting_orders(wanted), wait=False)
        if not order_ids:
            return []
        levels = _levels_by_item(wanted)
        lines = list(
            OrderLine.objects.filter(order_id__in=order_ids, item_id__in=wanted, state="back_ordered")
            .select_related("order__organisation", "item")
            .order_by("placed_at", "order_id")
        )
        return _write(actor, _give(lines, levels))


def _anything_free(item_ids: list[int]) -> bool:
    levels = StockLevel.objects.filter(item_id__in=item_ids, store__is_active=True).values_list("on_hand", "reserved")
    return any(on_hand > reserved for on_hand, reserved in levels)


def _waiting_orders(item_ids: Iterable[int]) -> list[int]:
    oldest = OrderLine.objects.filter(item_id__in=list(item_ids), state="back_ordered").order_by(
        "placed_at", "order_id"
    )
    return list(oldest.values_list("order_id", flat=True)[:BATCH])


def _lock_orders(order_ids: list[int], *, wait: bool) -> list[int]:
    locked = Order.objects.select_for_update(skip_locked=not wait).filter(id__in=order_ids).order_by("id")
    return list(locked.values_list("id", flat=True))


def _levels_by_item(item_ids: list[int]) -> dict[int, list[StockLevel]]:
    found: dict[int, list[StockLevel]] = defaultdict(list)
    for level in lock_levels(item_ids, wait=False):
        if level.store.is_active:
            found[level.item_id].append(level)
    for levels in found.values():
        levels.sort(key=lambda level: (level.store.priority, level.id))
    return found


@dataclass(frozen=True)
class _Given:
    line: OrderLine
    complete: bool


def _give(lines: list[OrderLine], levels: dict[int, list[StockLevel]]) -> dict[int, list[_Given]]:
    """Reserves, and writes reservations and levels; returns order id -> its lines that got something."""
    held = {(each.line_id, each.level_id): each for each in Reservation.objects.filter(line__in=lines)}
    has = dict(Reservation.objects.filter(line__in=lines).values_list("line_id").annotate(packs=Sum("quantity")))
    given: dict[int, list[_Given]] = defaultdict(list)
    changed: list[Reservation] = []
    for line in lines:
        missing = wanted = line.outstanding - has.get(line.id, 0)
        for level in levels[line.item_id]:
            taken = min(missing, level.available)
            if taken <= 0:
                continue
            reservation = held.get((line.id, level.id)) or Reservation(line=line, level=level, quantity=0)
            reservation.quantity += taken
            level.reserved += taken
            missing -= taken
            changed.append(reservation)
        if missing < wanted:
            given[line.order_id].append(_Given(line, complete=missing == 0))
    Reservation.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["line", "level"], update_fields=["quantity"]
    )
    StockLevel.objects.bulk_update([level for each in levels.values() for level in each], ["reserved"])
    return given


def _write(actor: Actor, given: dict[int, list[_Given]]) -> list[Order]:
    calendar, now = working_calendar(), timezone.now()
    orders, events, emails = [], [], []
    for gifts in given.values():
        order = gifts[0].line.order
        complete = [each.line for each in gifts if each.complete]
        for line in complete:
            apply(ORDER_LINE, line, "accepted", actor=PORTAL)
            line.promised_on = promised_date(
                calendar, now=now, lead_time=line.item.lead_time, in_stock=True, expected_on=None
            )
            line.save(update_fields=["promised_on"])
        derive_state(order)
        if complete:
            promise_order(order)
            emails += messages.stock_arrived(order)
        events.append(
            build_event(
                LINES_ALLOCATED,
                actor=actor if actor.audience == "staff" else PORTAL,
                subject=order,
                organisation_id=order.organisation_id,
                items=[each.line.item_code for each in gifts],
            )
        )
        orders.append(order)
    if events:
        record_many(events)
        queue_emails(emails)
    return orders
