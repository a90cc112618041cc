"""What the favourites page says about a list. Strings only."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor
from portal.foundation.web.filters import day
from portal.supplies.allowance import obstacle
from portal.supplies.models import FavouriteList
from portal.supplies.presenters.basket import amount_words


@dataclass(frozen=True, kw_only=True, slots=True)
class FavouriteLineRow:
    """One item of a list; ``note`` says what is in the way of ordering it."""

    name: str
    amount: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FavouriteCard:
    """One list; ``usable`` when at least one of its items can be ordered now."""

    reference: str
    name: str
    saved: str
    lines: list[FavouriteLineRow]
    usable: bool


def favourite_card(favourite: FavouriteList, actor: Actor) -> FavouriteCard:
    """The list as this actor sees it. Reads ``favourite.lines`` with their items, which the selector fetched."""
    lines = [
        FavouriteLineRow(
            name=line.item.name,
            amount=amount_words(line.quantity, line.item.unit, line.item.pack_size),
            note=obstacle(actor, line.item),
        )
        for line in favourite.lines.all()
    ]
    return FavouriteCard(
        reference=favourite.reference,
        name=favourite.name,
        saved=f"Saved by {favourite.created_by_name} on {day(favourite.created_at)}",
        lines=lines,
        usable=any(not line.note for line in lines),
    )
