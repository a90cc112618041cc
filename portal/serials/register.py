"""Reads of the register: where a number is and was, what a site or a consignment has, what a store holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from psycopg.types.range import Int8Range

from portal.foundation.access import Actor
from portal.foundation.errors import Refused
from portal.serials.formats import Formats
from portal.serials.models import SerialMove, SerialRange
from portal.serials.numbers import size_of
from portal.serials.permissions import VIEW_OWN_FORMS, VIEW_REGISTER
from portal.supplies.models import CatalogueItem, Consignment


@dataclass(frozen=True, kw_only=True)
class FoundNumber:
    """Where one number is now, and every move of it that the actor may see, oldest first."""

    row: SerialRange
    moves: list[SerialMove]


def numbered_items() -> QuerySet[CatalogueItem]:
    """The forms that have serial numbers, by name."""
    return CatalogueItem.objects.filter(serial_numbered=True).order_by("name")


def find_number(actor: Actor, item_code: str, typed: str) -> FoundNumber | None:
    """Where the number is; None when the register does not know it, or it is not the actor's to know (R1).

    Raises NotASerial for what is no number, Refused without the right. Two queries, besides those of the formats.
    """
    _may_read(actor)
    sequence = Formats().sequence(item_code, typed)
    one = Int8Range(sequence, sequence + 1)
    rows = _rows(actor).select_related("receipt__rule").filter(item__code=item_code, serials__overlap=one)
    row = rows.first()
    if row is None:
        return None
    moves = SerialMove.objects.visible_to(actor).holding(row.item_id, one)  # type: ignore[attr-defined]
    return FoundNumber(row=row, moves=list(moves.order_by("id")))


def site_ranges(actor: Actor) -> QuerySet[SerialRange]:
    """What the actor's site has or is to get, by form and number."""
    _may_read(actor)
    return _rows(actor).exclude(state__in=["destroyed", "lost"]).order_by("item__name", "serials")


def site_moves(actor: Actor) -> QuerySet[SerialMove]:
    """Every move of numbers while they were the actor's site's, oldest first."""
    _may_read(actor)
    rows = SerialMove.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)  # type: ignore[attr-defined]
    return rows.select_related("item").order_by("id")  # type: ignore[no-any-return]


def ranges_in(actor: Actor, consignment: Consignment) -> list[SerialRange]:
    """The numbers on a consignment that are not confirmed yet."""
    _may_read(actor)
    return list(_rows(actor).filter(consignment=consignment, state="allocated").order_by("item__name", "serials"))


def needed_in(consignment: Consignment, ranges: list[SerialRange]) -> list[tuple[CatalogueItem, int, int]]:
    """For each numbered form the consignment carries: how many forms, and how many of them are in ``ranges``."""
    wanted = forms_wanted(consignment)
    return [
        (item, wanted[item.id], sum(size_of(each.serials) for each in ranges if each.item_id == item.id))
        for item in CatalogueItem.objects.filter(id__in=list(wanted)).order_by("name")
    ]


def forms_wanted(consignment: Consignment) -> dict[int, int]:
    """How many numbered forms the consignment carries, by item; one query. A pack holds ``pack_size`` forms."""
    wanted: dict[int, int] = {}
    lines = consignment.lines.select_related("level__item").filter(level__item__serial_numbered=True)
    for line in lines:
        item = line.level.item
        wanted[item.id] = wanted.get(item.id, 0) + line.picked * item.pack_size
    return wanted


def store_ranges(actor: Actor) -> QuerySet[SerialRange]:
    """What is on the shelves of every store."""
    actor.require(VIEW_REGISTER)
    return _rows(actor).filter(state="in_store").order_by("item__name", "store__priority", "serials")


def missing_ranges(actor: Actor) -> QuerySet[SerialRange]:
    """What is reported missing, the oldest report first."""
    _may_read(actor)
    return _rows(actor).filter(state="missing").order_by("since", "id")


def returned_ranges(actor: Actor) -> QuerySet[SerialRange]:
    """What sites have sent back and no store has taken in yet, the longest on the way first."""
    actor.require(VIEW_REGISTER)
    return _rows(actor).filter(state="returned").order_by("since", "id")


def _rows(actor: Actor) -> QuerySet[SerialRange]:
    return SerialRange.objects.visible_to(actor).select_related(  # type: ignore[attr-defined,no-any-return]
        "item", "store", "consignment", "box", "organisation"
    )


def _may_read(actor: Actor) -> None:
    if not (actor.can(VIEW_REGISTER) or actor.can(VIEW_OWN_FORMS)):
        raise Refused("Your role does not let you see where numbered forms are.")
