"""What the operator's staff reads about orders and consignments; a fixed number of queries a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.supplies.models import ApprovalRoute, Box, Consignment, ConsignmentLine, Order, OrderLine, Reservation
from portal.supplies.services.start_picking import PICKABLE

# What staff looks for, in the words of the page.
QUEUES = {
    "pick": "To pick",
    "decide": "To decide",
    "picking": "Being picked",
    "stock": "Waiting for stock",
    "hold": "On hold",
    "moving": "On the way",
    "late": "Late",
    "problem": "Problem reported",
    "all": "All orders",
}
_NOT_DELIVERED = ("awaiting_approval", "accepted", "back_ordered", "on_hold", "picking", "dispatched")


@dataclass(frozen=True, kw_only=True)
class BoardCounts:
    """How much work of each kind there is."""

    pick: int
    decide: int
    picking: int
    packed: int
    moving: int
    late: int


def queue(actor: Actor, name: str, words: str = "") -> QuerySet[Order]:
    """Orders of a queue, oldest first (all orders: newest first), with site and number of lines."""
    orders: QuerySet[Order] = Order.objects.visible_to(actor)  # type: ignore[attr-defined]
    orders = orders.filter(_condition(name)).select_related("organisation").annotate(line_count=_lines_of_each())
    if words := words.strip():
        orders = orders.filter(
            Q(reference__istartswith=words) | Q(organisation__code__iexact=words) | Q(delivery_name__icontains=words)
        )
    return orders.order_by("-id" if name == "all" else "id")


def _lines_of_each() -> Subquery:
    """Counted for the orders of the page alone; a join would count those of the whole queue first."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return Subquery(lines.annotate(number=Count("id")).values("number"))


def _condition(name: str) -> Q:
    put_aside = Reservation.objects.filter(line__order=OuterRef("pk"), line__state__in=PICKABLE)
    return {
        "pick": Q(state__in=[*PICKABLE, "picking"]) & Q(Exists(put_aside)),
        "decide": Q(state="awaiting_approval", approval_route=ApprovalRoute.OPERATOR),
        "picking": Q(state="picking"),
        "stock": Q(state="back_ordered"),
        "hold": Q(state="on_hold"),
        "moving": Q(state="dispatched"),
        "late": Q(state__in=_NOT_DELIVERED, promised_on__lt=timezone.localdate()),
        "problem": Q(state="discrepancy"),
    }.get(name, Q())


def count_board(actor: Actor) -> BoardCounts:
    """Two queries over open orders and open consignments."""
    orders = Order.objects.visible_to(actor).filter(state__in=_NOT_DELIVERED)  # type: ignore[attr-defined]
    counted: dict[str, int] = orders.aggregate(
        **{name: Count("id", filter=_condition(name)) for name in ("pick", "decide", "late")}
    )
    consignments = Consignment.objects.visible_to(actor).filter(state__in=["picking", "packed", "dispatched", "failed"])  # type: ignore[attr-defined]
    counted |= consignments.aggregate(
        picking=Count("id", filter=Q(state="picking")),
        packed=Count("id", filter=Q(state="packed")),
        moving=Count("id", filter=Q(state__in=["dispatched", "failed"])),
    )
    return BoardCounts(**counted)


def consignments_in(actor: Actor, *states: str) -> QuerySet[Consignment]:
    """Consignments in these states, oldest first, with their packs to pick and picked."""
    found: QuerySet[Consignment] = Consignment.objects.visible_to(actor).filter(state__in=states)  # type: ignore[attr-defined]
    return (
        found.select_related("order", "organisation", "store")
        .annotate(wanted=Sum("lines__quantity"), picked=Sum("lines__picked"))
        .order_by("id")
    )


def find_consignment_by(actor: Actor, reference: str) -> Consignment:
    """The consignment with its order, site and store. Raises NotFound for an unknown one."""
    found = (
        Consignment.objects.visible_to(actor)  # type: ignore[attr-defined]
        .select_related("order__organisation", "organisation", "store", "wave")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def pick_lines(consignment: Consignment) -> list[ConsignmentLine]:
    """The lines in the order of a walk along the shelves."""
    return list(
        consignment.lines.select_related("line", "level__item")
        .prefetch_related("batch_picks__batch")
        .order_by(F("level__location").asc(nulls_last=True), "line__item_code")
    )


def lines_besides(consignment: Consignment, lines: Iterable[ConsignmentLine]) -> list[OrderLine]:
    """The order's lines of which nothing is in the consignment: sent on their own, waiting, or not coming."""
    inside = [each.line_id for each in lines]
    return list(consignment.order.lines.exclude(id__in=inside).order_by("position"))


def boxes_of(consignment: Consignment) -> list[Box]:
    """Its boxes in their order, each with what lies in it; three queries."""
    return list(consignment.boxes.prefetch_related("lines__part__line", "lines__batch").order_by("number"))
