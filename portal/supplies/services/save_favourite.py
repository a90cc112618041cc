"""Keeping a list to order from again (J5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.foundation.references import new_reference
from portal.supplies.events import FAVOURITE_SAVED
from portal.supplies.models import BasketLine, FavouriteLine, FavouriteList, Order, OrderLine
from portal.supplies.permissions import PLACE_ORDER

TAKEN = "Your site has a list with this name. Choose another name."


@dataclass(frozen=True, kw_only=True)
class SaveFavourite:
    """The command. ``order`` is the reference of an order of the site; '' means the actor's basket."""

    name: str
    order: str = ""


@service(PLACE_ORDER)
def save_favourite(actor: Actor, command: SaveFavourite) -> FavouriteList:
    """Saves the lines of the basket or of the order as a list that everybody who orders for the site can use.

    Raises NotFound, or InvalidInput when there is nothing to save or the name is taken.
    """
    lines = _lines(actor, command)
    if not lines:
        raise InvalidInput({None: "Your basket is empty. Put something in it before you save it as a list."})
    if FavouriteList.objects.visible_to(actor).filter(name__iexact=command.name).exists():
        raise InvalidInput({"name": TAKEN})
    favourite = FavouriteList(
        reference=new_reference("FL"),
        organisation_id=actor.organisation_id,
        name=command.name,
        created_by_name=actor.name,
    )
    try:
        favourite.save(force_insert=True)
    except IntegrityError as error:  # somebody else was faster
        raise InvalidInput({"name": TAKEN}) from error
    FavouriteLine.objects.bulk_create(
        FavouriteLine(favourite=favourite, item_id=item_id, quantity=packs) for item_id, packs in lines
    )
    record(FAVOURITE_SAVED, actor=actor, subject=favourite, name=favourite.name, lines=len(lines))
    return favourite


def _lines(actor: Actor, command: SaveFavourite) -> list[tuple[int, int]]:
    if not command.order:
        return list(BasketLine.objects.visible_to(actor).values_list("item_id", "quantity"))
    order = Order.objects.visible_to(actor).filter(reference=command.order).first()
    if order is None:
        raise NotFound
    return list(OrderLine.objects.filter(order=order).values_list("item_id", "quantity"))
