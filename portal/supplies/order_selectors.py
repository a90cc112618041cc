"""What people read about orders. Every page takes a fixed number of queries, however long the list is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet, Sum, prefetch_related_objects
from django.utils import timezone

from portal.casework.api import Case, cases_about
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound
from portal.foundation.of_each import of_each
from portal.supplies.models import ApprovalRoute, Consignment, ConsignmentLine, Order, OrderLine, Substitution
from portal.supplies.permissions import APPROVE_ORDER, CONFIRM_RECEIPT, PLACE_ORDER

# What people ask for, and the derived states behind it. Two of them look further than the order's state.
NEEDS_YOU, ARRIVED = "you", "arrived"
STATE_GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    NEEDS_YOU: ("Needs you", ()),
    "open": ("Not sent yet", ("awaiting_approval", "accepted", "back_ordered", "on_hold", "picking")),
    "moving": ("On its way", ("dispatched",)),
    ARRIVED: ("Delivered, to be confirmed", ()),
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
    """One order with everything its page shows.

    ``events`` are those the reader may see, oldest first; ``last`` says when each type of event last happened.
    """

    order: Order
    lines: Sequence[OrderLine]
    consignments: list[Consignment]
    events: list[AuditEvent]
    last: dict[str, datetime]
    cases: list[Case]
    offers: list[Substitution]


def list_orders(actor: Actor, wanted: OrderFilter) -> QuerySet[Order]:
    """The actor's orders, newest first, with the number of lines; one query when it is read.

    The lines are counted for the rows that are shown, not for all that match.
    """
    count = of_each(OrderLine.objects.all(), "order", Count("id"))
    return _matching(actor, wanted).annotate(line_count=count).order_by("-id")


def list_lines(actor: Actor, wanted: OrderFilter) -> QuerySet[OrderLine]:
    """The lines of those orders, for an export: one row a line, newest order first."""
    orders = _matching(actor, wanted).values("id")
    return (
        OrderLine.objects.filter(order__in=orders)
        .select_related("order", "order__joint")
        .order_by("-order_id", "position")
    )


def _matching(actor: Actor, wanted: OrderFilter) -> QuerySet[Order]:
    orders: QuerySet[Order] = Order.objects.visible_to(actor).search(wanted.words)  # type: ignore[attr-defined]
    if wanted.group == NEEDS_YOU:
        orders = orders.filter(_to_decide(actor) | _to_confirm(actor) | _to_answer(actor))
    elif wanted.group == ARRIVED:
        orders = orders.filter(_arrived(actor))
    elif wanted.group in STATE_GROUPS:
        orders = orders.filter(state__in=STATE_GROUPS[wanted.group][1])
    if wanted.placed_from:
        orders = orders.filter(placed_at__gte=_start_of(wanted.placed_from))
    if wanted.placed_to and wanted.placed_to < date.max:
        orders = orders.filter(placed_at__lt=_start_of(wanted.placed_to + timedelta(days=1)))
    return orders


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _to_decide(actor: Actor) -> Q:
    """Orders that wait for this very person's approval."""
    if not actor.can(APPROVE_ORDER):
        return Q(pk__in=[])
    return Q(state="awaiting_approval", approval_route=ApprovalRoute.SITE) & ~Q(placed_by_id=actor.user_id)


def _to_confirm(actor: Actor) -> Q:
    """Orders of which something arrived that this person may confirm."""
    return _arrived(actor) if actor.can(CONFIRM_RECEIPT) else Q(pk__in=[])


def _to_answer(actor: Actor) -> Q:
    """Orders with an offer of something else that this person may answer."""
    if not actor.can(PLACE_ORDER):
        return Q(pk__in=[])
    asked = Substitution.objects.visible_to(actor).filter(state="asked")  # type: ignore[attr-defined]
    return Q(id__in=asked.values("line__order_id"))


def _arrived(actor: Actor) -> Q:
    delivered = Consignment.objects.visible_to(actor).filter(state="delivered")  # type: ignore[attr-defined]
    return Q(id__in=delivered.values("order_id"))


def find_order(actor: Actor, reference: str) -> Order:
    """The order, for staff with its site. Raises NotFound outside the actor's scope (R1)."""
    orders = Order.objects.visible_to(actor).select_related("joint")  # type: ignore[attr-defined]
    if actor.audience == "staff":
        orders = orders.select_related("organisation", "joint")
    order = orders.filter(reference=reference).first()
    if order is None:
        raise NotFound
    return order  # type: ignore[no-any-return]


def whole_order(actor: Actor, reference: str) -> WholeOrder:
    """The order with its lines, consignments, history and cases.

    Six queries at most, whatever its size, and two more where a consignment has several boxes.

    For staff each line also says how much is ``reserved``.
    """
    order = find_order(actor, reference)
    found = order.lines.order_by("position")
    if actor.audience == "staff":
        found = found.annotate(reserved=Sum("reservations__quantity"))
    lines = list(found)
    consignments = _consignments_of(order, lines)
    events = list(AuditEvent.objects.about("order", order.reference))  # type: ignore[attr-defined]
    return WholeOrder(
        order=order,
        lines=lines,
        consignments=consignments,
        events=[event for event in events if event.is_public or actor.audience == "staff"],
        last={event.type: event.occurred_at for event in events},
        cases=cases_about(actor, "order", order.reference),
        offers=_offers_about(order, lines),
    )


def _consignments_of(order: Order, lines: list[OrderLine]) -> list[Consignment]:
    """The order's consignments with their lines, which are given the order's lines that have been read already."""
    consignments = list(order.consignments.prefetch_related("lines").order_by("id"))
    # What lies in the one box of most consignments is known already.
    several = [each for each in consignments if each.packages > 1]
    prefetch_related_objects(several, "boxes__lines")
    known = {line.id: line for line in lines}
    for consignment in consignments:
        parts = {each.id: each for each in consignment.lines.all()}
        for each in parts.values():
            each.line = known[each.line_id]
        for box in consignment.boxes.all() if consignment.packages > 1 else ():
            box.consignment = consignment
            for inside in box.lines.all():
                inside.part = parts[inside.part_id]
    return consignments


def _offers_about(order: Order, lines: list[OrderLine]) -> list[Substitution]:
    """Offers of something else that wait for an answer. Only a line that waits for stock can have one."""
    waiting = {line.id: line for line in lines if line.state == "back_ordered"}
    if not waiting:
        return []
    found = list(Substitution.objects.select_related("item").filter(line__in=list(waiting), state="asked"))
    for each in found:
        each.line = waiting[each.line_id]
    return found


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
    """How many of a site's orders are in which group, for its dashboard. ``decide`` and ``confirm`` need the reader."""

    decide: int
    confirm: int
    open: int
    moving: int
    problem: int


def count_orders(actor: Actor) -> OrderCounts:
    """One query over the site's open orders, by the index on organisation and state."""
    counts: dict[str, int] = (
        Order.objects.visible_to(actor)  # type: ignore[attr-defined]
        .exclude(state__in=STATE_GROUPS["finished"][1])
        .aggregate(
            decide=Count("id", filter=_to_decide(actor)),
            confirm=Count("id", filter=_to_confirm(actor)),
            open=Count("id", filter=Q(state__in=STATE_GROUPS["open"][1])),
            moving=Count("id", filter=Q(state__in=STATE_GROUPS["moving"][1])),
            problem=Count("id", filter=Q(state__in=STATE_GROUPS["problem"][1])),
        )
    )
    return OrderCounts(**counts)


def lines_to_follow(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Lines of which something still has to be sent."""
    return [line for line in lines if line.outstanding and line.state not in ("rejected", "cancelled")]
