"""What a contractor reads while ordering. Every list takes a fixed number of queries, however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation
from portal.supplies.allowance import limit_problem, obstacle, reason_problem, recently_ordered
from portal.supplies.catalogue_query import ShownItem, Stock, items_in_basket, one_item
from portal.supplies.models import (
    CatalogueItem,
    FavouriteLine,
    FavouriteList,
    Order,
    OrderLine,
)

_SITE = """
select organisation.*, coalesce(account.approval_required, false) as orders_need_approval
from organisations_organisation organisation
left join supplies_suppliesaccount account on account.organisation_id = organisation.id
where organisation.id = %s
"""


@dataclass(frozen=True, kw_only=True)
class BasketRow:
    """One basket line with what has to be known about it.

    ``problem`` says why it could not be ordered like this, '' when it could; ``reason_missing`` is
    apart from it, because nobody has asked yet.
    """

    item: CatalogueItem
    stock: Stock
    quantity: int
    reason: str
    problem: str
    reason_missing: str


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the order goes, and whether every order of the site needs approval."""

    organisation: Organisation
    approval_required: bool


def orderable_item(actor: Actor, code: str) -> ShownItem:
    """One item that the actor's contractor type may order, or could once. Raises NotFound."""
    found = one_item(actor, code)
    if found is None:
        raise NotFound
    return found


def already_ordered(actor: Actor, items: list[CatalogueItem]) -> dict[int, int]:
    """Item id -> packs that count against the site's allowance now."""
    return recently_ordered(actor.organisation_id or 0, items, timezone.now())


def basket_rows(actor: Actor) -> list[BasketRow]:
    """The actor's basket with stock, limits and everything in the way, in the catalogue's order."""
    shown = items_in_basket(actor)
    ordered = already_ordered(actor, [each.item for each in shown])
    return [
        BasketRow(
            item=each.item,
            stock=each.stock,
            quantity=each.in_basket,
            reason=each.reason,
            problem=obstacle(actor, each.item)
            or limit_problem(each.item, each.in_basket, ordered.get(each.item.id, 0)),
            reason_missing=reason_problem(each.item, each.in_basket, each.reason),
        )
        for each in shown
    ]


def site_of(actor: Actor) -> Site:
    """The site the actor orders for; one query."""
    found = Organisation.objects.raw(_SITE, [actor.organisation_id])[0]
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
