"""Deleting a favourite list. What it held stands in the event, so that it can be made again."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.supplies.events import FAVOURITE_DELETED
from portal.supplies.models import FavouriteLine, FavouriteList
from portal.supplies.permissions import PLACE_ORDER


@service(PLACE_ORDER)
def delete_favourite(actor: Actor, reference: str) -> None:
    """Deletes a list of the actor's site. Raises NotFound."""
    lists = FavouriteList.objects.visible_to(actor)
    favourite = lists.select_for_update().filter(reference=reference).first()
    if favourite is None:
        raise NotFound
    lines = dict(FavouriteLine.objects.filter(favourite=favourite).values_list("item__code", "quantity"))
    record(FAVOURITE_DELETED, actor=actor, subject=favourite, name=favourite.name, lines=lines)
    favourite.delete()
