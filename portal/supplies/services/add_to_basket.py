"""Putting the lines of an earlier order or of a favourite list into the basket (J5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import scope_of_site
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.supplies.allowance import obstacle
from portal.supplies.events import BASKET_CHANGED
from portal.supplies.joint_sites import sites_to_order_for
from portal.supplies.models import BasketLine, CatalogueItem, FavouriteLine, FavouriteList, Order, OrderLine
from portal.supplies.permissions import PLACE_ORDER


@dataclass(frozen=True, kw_only=True)
class AddToBasket:
    """The command: the reference of an order, or of a favourite list, of the actor's site."""

    order: str = ""
    favourite: str = ""


@service(PLACE_ORDER)
def add_to_basket(actor: Actor, command: AddToBasket) -> int:
    """Adds the lines that can still be ordered and returns how many there are.

    An item that is in the basket already keeps the larger quantity, so that pressing twice does the
    same as once. What is over a limit is added too: the basket says so beside the line. Raises NotFound.
    """
    return _add(actor, _lines(actor, command))


@service(PLACE_ORDER)
def add_for_another_site(actor: Actor, order: str, site: str) -> int:
    """Puts the lines of an order of the actor's site into the person's basket at another of their sites.

    What they may order there is what their membership there says. Returns how many lines were taken. Raises NotFound
    for an order or a site that is not theirs, Refused without the right to order there.
    """
    lines = _lines(actor, AddToBasket(order=order))
    other = sites_to_order_for(actor, [site])[0]
    with scope_of_site(other.organisation_id):
        return _add(other, lines)


def _add(actor: Actor, lines_wanted: list[tuple[CatalogueItem, int]]) -> int:
    wanted = [(item, packs) for item, packs in lines_wanted if not obstacle(actor, item)]
    have = dict(BasketLine.objects.visible_to(actor).values_list("item_id", "quantity"))
    now = timezone.now()
    lines = [
        BasketLine(
            user_id=actor.user_id, organisation_id=actor.organisation_id, item=item, quantity=packs, updated_at=now
        )
        for item, packs in sorted(wanted, key=lambda line: line[0].id)
        if packs > have.get(item.id, 0)
    ]
    if not lines:
        nothing_changed()
        return len(wanted)
    BasketLine.objects.bulk_create(
        lines,
        update_conflicts=True,
        unique_fields=["user", "organisation", "item"],
        update_fields=["quantity", "updated_at"],
    )
    changed = {line.item.code: line.quantity for line in lines}
    record(BASKET_CHANGED, actor=actor, subject=("basket", actor.organisation_code), lines=changed)
    return len(wanted)


def _lines(actor: Actor, command: AddToBasket) -> list[tuple[CatalogueItem, int]]:
    if command.order:
        order = Order.objects.visible_to(actor).filter(reference=command.order).first()
        if order is None:
            raise NotFound
        ordered = OrderLine.objects.filter(order=order).select_related("item", "item__replaced_by")
        return [(line.item, line.quantity) for line in ordered]
    favourite = FavouriteList.objects.visible_to(actor).filter(reference=command.favourite).first()
    if favourite is None:
        raise NotFound
    kept = FavouriteLine.objects.filter(favourite=favourite).select_related("item", "item__replaced_by")
    return [(line.item, line.quantity) for line in kept]
