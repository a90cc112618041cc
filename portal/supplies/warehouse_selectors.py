"""What the operator's staff reads about orders and consignments; a fixed number of queries a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Sum, Value
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.foundation.of_each import of_each
from portal.supplies.models import ApprovalRoute, Box, Consignment, ConsignmentLine, Order, OrderLine
from portal.supplies.states import NOT_DELIVERED

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

_BOARD = {"picking": ["picking"], "packed": ["packed"], "moving": ["dispatched", "failed"]}


@dataclass(frozen=True, kw_only=True)
class BoardCounts:
    """How much work of each kind there is."""

    pick: int
    decide: int
    picking: int
    packed: int
    moving: int
    late: int


def queue(actor: Actor, name: str, words: str = "", sites: Sequence[int] = ()) -> QuerySet[Order]:
    """Orders of a queue, oldest first (all orders: newest first), with site and number of lines.

    With ``words``, those whose reference begins with them, or of ``sites``, as ``sites_like`` finds them. Each half
    has an index that row security lets PostgreSQL use: LIKE is not leakproof, and would read every order there was.
    """
    orders: QuerySet[Order] = Order.objects.visible_to(actor)  # type: ignore[attr-defined]
    # Sites are fetched for the page: a join would be made for the whole queue before it is cut.
    orders = (
        orders.filter(_condition(name))
        .prefetch_related("organisation")
        .annotate(line_count=of_each(OrderLine.objects.all(), "order", Count("id")))
    )
    if words := words.strip():
        begins = Func(F("reference"), Value(words.upper()), function="starts_with", output_field=BooleanField())
        orders = orders.filter(Q(begins) | Q(organisation__in=sites))
    return orders.order_by("-id" if name == "all" else "id")


def _condition(name: str) -> Q:
    return {
        "pick": Q(pick_store__isnull=False),
        "decide": Q(state="awaiting_approval", approval_route=ApprovalRoute.OPERATOR),
        "picking": Q(state="picking"),
        "stock": Q(state="back_ordered"),
        "hold": Q(state="on_hold"),
        "moving": Q(state="dispatched"),
        "late": Q(state__in=NOT_DELIVERED, promised_on__lt=timezone.localdate()),
        "problem": Q(state="discrepancy"),
    }.get(name, Q())


def count_board(actor: Actor) -> BoardCounts:
    """One query, of which each count has an index of its own."""
    orders, consignments = Order.objects.visible_to(actor), Consignment.objects.visible_to(actor)  # type: ignore[attr-defined]
    counts = {name: orders.filter(_condition(name)) for name in ("pick", "decide", "late")}
    counts |= {name: consignments.filter(state__in=states) for name, states in _BOARD.items()}
    each = [rows.order_by().values(name=Value(name)).annotate(rows=Count("id")) for name, rows in counts.items()]
    found = {row["name"]: row["rows"] for row in each[0].union(*each[1:], all=True)}
    return BoardCounts(**{name: found.get(name, 0) for name in counts})


def consignments_in(actor: Actor, *states: str) -> QuerySet[Consignment]:
    """Consignments in these states, oldest first, with their packs to pick and picked."""
    found: QuerySet[Consignment] = Consignment.objects.visible_to(actor).filter(state__in=states)  # type: ignore[attr-defined]
    # No joins, for the reason that ``queue`` has none.
    return with_packs(found.prefetch_related("order", "organisation", "store")).order_by("id")


def with_packs(consignments: QuerySet[Consignment]) -> QuerySet[Consignment]:
    """Each with ``wanted`` packs and those ``picked``, counted for the rows of the page alone."""
    lines = ConsignmentLine.objects.all()
    return consignments.annotate(
        wanted=of_each(lines, "consignment", Sum("quantity")), picked=of_each(lines, "consignment", Sum("picked"))
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
