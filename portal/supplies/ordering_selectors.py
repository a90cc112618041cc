"""What a contractor reads while ordering. Every list takes a fixed number of queries, however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation
from portal.supplies.allowance import limit_problem, obstacle, reason_problem, recently_ordered
from portal.supplies.models import (
    BasketLine,
    CatalogueItem,
    FavouriteLine,
    FavouriteList,
    Order,
    OrderLine,
    SuppliesAccount,
)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What all active stores together can give of an item: free packs, and when more should come."""

    free: int
    expected_on: date | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The categories of what may be ordered today, and how many lines the actor's basket has."""

    categories: list[str]
    basket_lines: int


@dataclass(frozen=True, kw_only=True)
class BasketRow:
    """One basket line with what has to be known about it.

    ``problem`` says why it could not be ordered like this, '' when it could; ``reason_missing`` is
    apart from it, because nobody has asked yet.
    """

    line: BasketLine
    item: CatalogueItem
    stock: Stock
    problem: str
    reason_missing: str


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the order goes, and whether every order of the site needs approval."""

    organisation: Organisation
    approval_required: bool


def orderable_items(actor: Actor, *, words: str = "", category: str = "") -> QuerySet[CatalogueItem]:
    """What the actor's contractor type may order, by category and name; each item has its stock and ``in_basket``.

    Withdrawn items are found by searching only, so that a person who knows the old name learns the new one.
    """
    today = timezone.localdate()
    items = CatalogueItem.objects.visible_to(actor).search(words).filter(valid_from__lte=today)
    if not words.strip():
        items = items.valid_on(today)
    if category:
        items = items.filter(category=category)
    return _as_shown(actor, items).order_by("category", "name", "id")


def orderable_item(actor: Actor, code: str) -> CatalogueItem:
    """One item that the actor's contractor type may order, or could once, as ``orderable_items`` gives it.

    Raises NotFound.
    """
    items = CatalogueItem.objects.visible_to(actor).filter(code=code, valid_from__lte=timezone.localdate())
    item = _as_shown(actor, items).first()
    if item is None:
        raise NotFound
    return item


def overview(actor: Actor) -> Overview:
    """What stands above every part of the catalogue; one query."""
    items = CatalogueItem.objects.visible_to(actor).valid_on(timezone.localdate())
    lines = (
        BasketLine.objects.visible_to(actor).order_by().values("user_id").annotate(lines=Count("id")).values("lines")
    )
    rows = items.order_by("category").values_list("category", Coalesce(Subquery(lines), 0)).distinct()
    found = list(rows)
    return Overview(categories=[category for category, _ in found], basket_lines=found[0][1] if found else 0)


def stock_of(item: CatalogueItem) -> Stock:
    """The stock that ``orderable_items`` found with the item."""
    return Stock(free=item.free, expected_on=item.expected_on)  # type: ignore[attr-defined]


def already_ordered(actor: Actor, items: list[CatalogueItem]) -> dict[int, int]:
    """Item id -> packs that count against the site's allowance now."""
    return recently_ordered(actor.organisation_id or 0, items, timezone.now())


def basket_rows(actor: Actor) -> list[BasketRow]:
    """The actor's basket with stock, limits and everything in the way, in the catalogue's order."""
    lines = {line.item_id: line for line in BasketLine.objects.visible_to(actor)}
    if not lines:
        return []
    items = _with_stock(CatalogueItem.objects.filter(id__in=lines)).select_related("replaced_by")
    chosen = list(items.order_by("category", "name", "id"))
    ordered = already_ordered(actor, chosen)
    return [_row(actor, lines[item.id], item, ordered.get(item.id, 0)) for item in chosen]


def _row(actor: Actor, line: BasketLine, item: CatalogueItem, ordered: int) -> BasketRow:
    return BasketRow(
        line=line,
        item=item,
        stock=stock_of(item),
        problem=obstacle(actor, item) or limit_problem(item, line.quantity, ordered),
        reason_missing=reason_problem(item, line.quantity, line.reason),
    )


def site_of(actor: Actor) -> Site:
    """The site the actor orders for; one query."""
    rules = SuppliesAccount.objects.filter(organisation_id=OuterRef("pk"), approval_required=True)
    found = Organisation.objects.visible_to(actor).annotate(orders_need_approval=Exists(rules)).first()
    if found is None:
        raise NotFound
    return Site(organisation=found, approval_required=found.orders_need_approval)  # type: ignore[attr-defined]


def favourites_of(actor: Actor) -> QuerySet[FavouriteList]:
    """The site's lists by name, each with its lines and their items."""
    lines = FavouriteLine.objects.select_related("item", "item__replaced_by").order_by("item__name", "id")
    lists: QuerySet[FavouriteList] = FavouriteList.objects.visible_to(actor)
    return lists.prefetch_related(Prefetch("lines", queryset=lines)).order_by("name", "id")


def favourite(actor: Actor, reference: str) -> FavouriteList:
    """One list of the site with its lines. Raises NotFound."""
    found = favourites_of(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def left_out(actor: Actor, *, order: str = "", favourite_list: str = "") -> list[CatalogueItem]:
    """The items of an earlier order or of a list that cannot be ordered now. Raises NotFound."""
    lines: Any = order_lines(actor, order) if order else favourite(actor, favourite_list).lines.all()
    return [line.item for line in lines if obstacle(actor, line.item)]


def order_lines(actor: Actor, reference: str) -> list[OrderLine]:
    """The lines of an order of the site with their items, as they were placed. Raises NotFound."""
    mine = Order.objects.visible_to(actor).filter(reference=reference)
    lines = OrderLine.objects.filter(order__in=mine).select_related("item", "item__replaced_by")
    found = list(lines.order_by("position"))
    if not found:
        raise NotFound  # every order has a line
    return found


def _as_shown(actor: Actor, items: QuerySet[CatalogueItem]) -> QuerySet[CatalogueItem]:
    mine = BasketLine.objects.visible_to(actor).filter(item_id=OuterRef("pk")).values("quantity")
    return _with_stock(items).annotate(in_basket=Coalesce(Subquery(mine), 0)).select_related("replaced_by")


def _with_stock(items: QuerySet[CatalogueItem]) -> QuerySet[CatalogueItem]:
    active = Q(stock_levels__store__is_active=True)
    free = Sum(F("stock_levels__on_hand") - F("stock_levels__reserved"), filter=active)
    return items.annotate(free=Coalesce(free, 0), expected_on=Min("stock_levels__expected_on", filter=active))
