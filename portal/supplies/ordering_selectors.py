"""What a contractor reads while ordering. Every list takes a fixed number of queries, however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Sum
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
    """The catalogue for the actor's contractor type, by category and name, each item with its stock.

    Withdrawn items are found by searching only, so that a person who knows the old name learns the new one.
    """
    today = timezone.localdate()
    items = CatalogueItem.objects.visible_to(actor).search(words).filter(valid_from__lte=today)
    if not words.strip():
        items = items.valid_on(today)
    if category:
        items = items.filter(category=category)
    return _with_stock(items).select_related("replaced_by").order_by("category", "name", "id")


def orderable_item(actor: Actor, code: str) -> CatalogueItem:
    """One item that the actor's contractor type may order, or could once, with its stock. Raises NotFound."""
    items = CatalogueItem.objects.visible_to(actor).filter(code=code, valid_from__lte=timezone.localdate())
    item = _with_stock(items).select_related("replaced_by").first()
    if item is None:
        raise NotFound
    return item


def categories(actor: Actor) -> list[str]:
    """The categories of what may be ordered today, in order."""
    items = CatalogueItem.objects.visible_to(actor).valid_on(timezone.localdate())
    return list(items.order_by("category").values_list("category", flat=True).distinct())


def stock_of(item: CatalogueItem) -> Stock:
    """The stock that ``orderable_items`` found with the item."""
    return Stock(free=item.free, expected_on=item.expected_on)  # type: ignore[attr-defined]


def already_ordered(actor: Actor, items: list[CatalogueItem]) -> dict[int, int]:
    """Item id -> packs that count against the site's allowance now."""
    return recently_ordered(actor.organisation_id or 0, items, timezone.now())


def basket_quantities(actor: Actor) -> dict[str, int]:
    """Item code -> packs in the actor's basket at the site of the page."""
    return dict(BasketLine.objects.visible_to(actor).values_list("item__code", "quantity"))


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
    return Site(organisation=found, approval_required=found.orders_need_approval)


def favourites_of(actor: Actor) -> QuerySet[FavouriteList]:
    """The site's lists by name, each with its lines and their items."""
    lines = FavouriteLine.objects.select_related("item", "item__replaced_by").order_by("item__name", "id")
    lists: QuerySet[FavouriteList] = FavouriteList.objects.visible_to(actor)  # type: ignore[attr-defined]
    return lists.prefetch_related(Prefetch("lines", queryset=lines)).order_by("name", "id")


def favourite(actor: Actor, reference: str) -> FavouriteList:
    """One list of the site with its lines. Raises NotFound."""
    found = favourites_of(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def left_out(actor: Actor, *, order: str = "", favourite_list: str = "") -> list[CatalogueItem]:
    """The items of an earlier order or of a list that cannot be ordered now. Raises NotFound."""
    lines: Any
    if order:
        if not Order.objects.visible_to(actor).filter(reference=order).exists():  # type: ignore[attr-defined]
            raise NotFound
        lines = OrderLine.objects.filter(order__reference=order).order_by("position")
    else:
        lines = favourite(actor, favourite_list).lines.all()
    if order:
        lines = lines.select_related("item", "item__replaced_by")
    return [line.item for line in lines if obstacle(actor, line.item)]


def _with_stock(items: QuerySet[CatalogueItem]) -> QuerySet[CatalogueItem]:
    active = Q(stock_levels__store__is_active=True)
    free = Sum(F("stock_levels__on_hand") - F("stock_levels__reserved"), filter=active)
    return items.annotate(free=Coalesce(free, 0), expected_on=Min("stock_levels__expected_on", filter=active))
