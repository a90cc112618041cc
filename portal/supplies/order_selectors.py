"""What people read about orders. Every page takes a fixed number of queries, however long the list is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound
from portal.supplies.models import Consignment, ConsignmentLine, Order, OrderLine

# What people ask for, and the derived states behind it.
STATE_GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "decide": ("Needs a decision", ("awaiting_approval",)),
    "open": ("Not sent yet", ("awaiting_approval", "accepted", "back_ordered", "on_hold", "picking")),
    "moving": ("On its way", ("dispatched",)),
    "arrived": ("Delivered, to be confirmed", ("delivered",)),
    "problem": ("Problem reported", ("discrepancy",)),
    "finished": ("Finished", ("received", "rejected", "cancelled")),
}


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """What a list is narrowed to; everything may be empty."""

    words: str = ""
    group: str = ""
    placed_from: date | None = None
    placed_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class WholeOrder:
    """One order with everything its page shows."""

    order: Order
    lines: list[OrderLine]
    consignments: list[Consignment]
    events: list[AuditEvent]


def list_orders(actor: Actor, wanted: OrderFilter) -> QuerySet[Order]:
    """The actor's orders, newest first, with the number of lines; one query when it is read."""
    orders: QuerySet[Order] = Order.objects.visible_to(actor).search(wanted.words)  # type: ignore[attr-defined]
    if wanted.group in STATE_GROUPS:
        orders = orders.filter(state__in=STATE_GROUPS[wanted.group][1])
    if wanted.placed_from:
        orders = orders.filter(placed_at__date__gte=wanted.placed_from)
    if wanted.placed_to:
        orders = orders.filter(placed_at__date__lte=wanted.placed_to)
    return orders.annotate(line_count=Count("lines")).order_by("-id")


def list_lines(actor: Actor, wanted: OrderFilter) -> QuerySet[OrderLine]:
    """The lines of those orders, for an export: one row a line, newest order first."""
    orders = list_orders(actor, wanted).order_by().values("id")
    return OrderLine.objects.filter(order__in=orders).select_related("order").order_by("-order_id", "position")


def find_order(actor: Actor, reference: str) -> Order:
    """The order. Raises NotFound outside the actor's scope (R1)."""
    order = Order.objects.visible_to(actor).select_related("organisation").filter(reference=reference).first()  # type: ignore[attr-defined]
    if order is None:
        raise NotFound
    return order  # type: ignore[no-any-return]


def whole_order(actor: Actor, reference: str) -> WholeOrder:
    """The order with its lines, consignments and history: five queries, whatever its size."""
    order = find_order(actor, reference)
    lines = list(order.lines.annotate(reserved=Sum("reservations__quantity")).order_by("position"))
    consignments = list(order.consignments.prefetch_related("lines__line").order_by("id"))
    events: Any = AuditEvent.objects.about("order", order.reference)  # type: ignore[attr-defined]
    shown = [event for event in events if event.is_public or actor.audience == "staff"]
    return WholeOrder(order=order, lines=lines, consignments=consignments, events=shown)


def find_consignment(actor: Actor, order: str, reference: str) -> Consignment:
    """A consignment of that order, with its lines. Raises NotFound outside the actor's scope (R1)."""
    found = (
        Consignment.objects.visible_to(actor)  # type: ignore[attr-defined]
        .select_related("order")
        .filter(reference=reference, order__reference=order)
        .first()
    )
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def sent_lines(consignment: Consignment) -> list[ConsignmentLine]:
    """What was really put into the consignment."""
    return list(consignment.lines.filter(picked__gt=0).select_related("line").order_by("line__position"))


@dataclass(frozen=True, kw_only=True)
class OrderCounts:
    """How many of a site's orders are in which group, for its dashboard."""

    decide: int
    open: int
    moving: int
    arrived: int
    problem: int


def count_orders(actor: Actor) -> OrderCounts:
    """One query over the site's open orders, by the index on organisation and state."""
    counts: dict[str, int] = (
        Order.objects.visible_to(actor)  # type: ignore[attr-defined]
        .exclude(state__in=STATE_GROUPS["finished"][1])
        .aggregate(
            decide=Count("id", filter=Q(state="awaiting_approval") & ~Q(placed_by_id=actor.user_id)),
            open=Count("id", filter=Q(state__in=STATE_GROUPS["open"][1])),
            moving=Count("id", filter=Q(state="dispatched")),
            arrived=Count("id", filter=Q(state="delivered")),
            problem=Count("id", filter=Q(state="discrepancy")),
        )
    )
    return OrderCounts(**counts)


def lines_to_follow(lines: list[OrderLine]) -> list[OrderLine]:
    """Lines of which something still has to be sent."""
    return [line for line in lines if line.outstanding and line.state not in ("rejected", "cancelled")]
