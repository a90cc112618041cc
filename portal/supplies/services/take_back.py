"""Taking packs back from orders when a shelf holds fewer than were promised: the newest orders first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit import build_event, record_many
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.workflow import apply
from portal.supplies import messages
from portal.supplies.events import RESERVATIONS_LOST
from portal.supplies.models import Order, Reservation, StockLevel
from portal.supplies.promises import promised_date
from portal.supplies.services.allocate_waiting import lock_waiting
from portal.supplies.services.derive_state import derive_state
from portal.supplies.services.lessen_reservation import lessen_reservation
from portal.supplies.services.lock_levels import next_delivery
from portal.supplies.services.promise_order import promise_order
from portal.supplies.states import ORDER_LINE

# What a picker already holds is not taken back: it is in somebody's hands, and was counted there.
LOSABLE = ("accepted", "back_ordered", "awaiting_approval", "on_hold")


@dataclass(frozen=True)
class Loss:
    """``quantity`` packs that a reservation loses."""

    reservation: Reservation
    quantity: int


def losses(level: StockLevel, counted: int) -> list[Loss]:
    """Which reservations would lose how much if only ``counted`` packs are there; newest orders first."""
    short = level.reserved - counted
    if short <= 0:
        return []
    newest = (
        Reservation.objects.filter(level=level, line__state__in=LOSABLE)
        .select_related("line__order__organisation", "line__item")
        .order_by("-line__placed_at", "-line__order_id")
    )
    found = []
    for reservation in newest.iterator(chunk_size=200):
        if short <= 0:
            break
        taken = min(short, reservation.quantity)
        found.append(Loss(reservation, taken))
        short -= taken
    return found


def lock_orders_of(lost: list[Loss], level: StockLevel) -> dict[int, Order]:
    """Locks the orders that will lose packs together with those that wait, in one go and in id order."""
    waiting = lock_waiting([level.item_id], besides=[each.reservation.line.order_id for each in lost])
    return {order.id: order for order in Order.objects.select_related("organisation").filter(id__in=waiting)}


def take_back(actor: Actor, level: StockLevel, lost: list[Loss], orders: dict[int, Order]) -> None:
    """Lessens the reservations, makes accepted lines wait again, and tells the orderers.

    The orders and then the item's levels are locked by the caller.
    """
    calendar, now, expected_on = working_calendar(), timezone.now(), next_delivery(level.item_id)
    items: dict[int, list[str]] = defaultdict(list)
    for loss in lost:
        lessen_reservation(loss.reservation, loss.quantity)
        line = loss.reservation.line
        items[line.order_id].append(line.item_name)
        if line.state == "accepted":
            apply(ORDER_LINE, line, "back_ordered", actor=actor)
        line.promised_on = promised_date(
            calendar, now=now, lead_time=line.item.lead_time, in_stock=False, expected_on=expected_on
        )
        line.save(update_fields=["promised_on"])
    level.reserved -= sum(loss.quantity for loss in lost)
    level.save(update_fields=["reserved"])
    _tell(actor, items, orders)


def _tell(actor: Actor, items: dict[int, list[str]], orders: dict[int, Order]) -> None:
    if not items:
        return
    events, emails = [], []
    for order_id, names in items.items():
        order = orders[order_id]
        derive_state(order)
        promise_order(order)
        emails += messages.stock_missing(order, names)
        events.append(
            build_event(
                RESERVATIONS_LOST,
                actor=actor,
                subject=order,
                organisation_id=order.organisation_id,
                items=", ".join(names),
            )
        )
    record_many(events)
    queue_emails(emails)
