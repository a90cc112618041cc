"""Giving a favourite list another name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.supplies.events import FAVOURITE_RENAMED
from portal.supplies.models import FavouriteList
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.save_favourite import TAKEN


@dataclass(frozen=True, kw_only=True)
class RenameFavourite:
    """The command."""

    reference: str
    name: str


@service(PLACE_ORDER)
def rename_favourite(actor: Actor, command: RenameFavourite) -> None:
    """Renames a list of the actor's site. Raises NotFound, or InvalidInput when the name is taken."""
    lists = FavouriteList.objects.visible_to(actor)
    favourite = lists.select_for_update().filter(reference=command.reference).first()
    if favourite is None:
        raise NotFound
    if favourite.name == command.name:
        nothing_changed()
        return
    if lists.filter(name__iexact=command.name).exclude(id=favourite.id).exists():
        raise InvalidInput({"name": TAKEN})
    former, favourite.name = favourite.name, command.name
    try:
        favourite.save(update_fields=["name"])
    except IntegrityError as error:  # somebody else was faster
        raise InvalidInput({"name": TAKEN}) from error
    record(FAVOURITE_RENAMED, actor=actor, subject=favourite, former=former, name=favourite.name)
