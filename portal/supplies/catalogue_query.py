"""The catalogue as a contractor sees it: items with their stock and the person's own basket, in ONE statement.

Written by hand because it is the portal's busiest read: composing it through the ORM took longer than
running it, and Django's own raw queries added as much again. Row security stands behind the basket's
condition, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, overload

from django.db import connection
from django.utils import timezone

from portal.foundation.access import Actor
from portal.supplies.models import CatalogueItem

_ITEMS = """
select {columns}, coalesce(shelf.free, 0)::int, shelf.expected_on,
       coalesce(basket.quantity, 0), coalesce(basket.reason, ''),
       coalesce(notice.words, ''), coalesce(offer.code, ''), coalesce(offer.name, '')
from supplies_catalogueitem item
left join supplies_basketline basket
       on basket.item_id = item.id and basket.user_id = %(user)s and basket.organisation_id = %(organisation)s
left join lateral (
    select sum(level.on_hand - level.reserved) as free, min(level.expected_on) as expected_on
    from supplies_stocklevel level join supplies_store store on store.id = level.store_id and store.is_active
    where level.item_id = item.id
) shelf on true
left join supplies_shortagenotice notice
       on notice.item_id = item.id and (notice.ends_on is null or notice.ends_on >= %(today)s)
left join supplies_catalogueitem offer
       on offer.id = notice.substitute_id and offer.contractor_types @> array[%(contractor_type)s]
      and offer.valid_from <= %(today)s and (offer.valid_to is null or offer.valid_to >= %(today)s)
where {condition}
order by item.category, item.name, item.id
limit %(limit)s offset %(offset)s
"""
# Withdrawn items are found by searching only, so that a person who knows the old name learns the new one.
_LISTED = """
    item.contractor_types @> array[%(contractor_type)s] and item.valid_from <= %(today)s
    and (%(words)s <> '' or item.valid_to is null or item.valid_to >= %(today)s)
    and (%(category)s = '' or item.category = %(category)s)
    and (%(words)s = '' or item.code ilike %(pattern)s or item.name ilike %(pattern)s
         or item.description ilike %(pattern)s)
"""
_ONE = "item.contractor_types @> array[%(contractor_type)s] and item.valid_from <= %(today)s and item.code = %(code)s"
_IN_BASKET = "basket.id is not null"
_BY_CODE = "item.code = any(%(codes)s)"
_OVERVIEW = """
select item.category,
       (select count(*) from supplies_basketline where user_id = %(user)s and organisation_id = %(organisation)s)
from supplies_catalogueitem item
where item.contractor_types @> array[%(contractor_type)s]
  and item.valid_from <= %(today)s and (item.valid_to is null or item.valid_to >= %(today)s)
group by item.category order by item.category
"""
_MOST = 1_000  # more than any catalogue holds


class Stock(NamedTuple):
    """What all active stores together can give of an item: free packs, and when more should come.

    ``shortage`` is what the operator says about it, '' as a rule; ``offer`` the code of what may be ordered instead.
    """

    free: int
    expected_on: date | None
    shortage: str = ""
    offer: str = ""
    offer_name: str = ""


class ShownItem(NamedTuple):
    """One item, its stock, and the packs and the reason in the actor's basket (0 and '' where it is not)."""

    item: CatalogueItem
    stock: Stock
    in_basket: int
    reason: str


class ListedItems(Sequence[ShownItem]):
    """What the actor's contractor type may order, by category and name. A slice of it is one query."""

    def __init__(self, actor: Actor, *, words: str = "", category: str = "") -> None:
        words = words.strip()
        pattern = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        self._actor = actor
        self._values = {"words": words, "pattern": f"%{pattern}%", "category": category}

    @overload
    def __getitem__(self, index: int) -> ShownItem: ...
    @overload
    def __getitem__(self, index: slice) -> list[ShownItem]: ...
    def __getitem__(self, index: int | slice) -> ShownItem | list[ShownItem]:
        """The items from ``start`` up to ``stop``."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        start = index.start or 0
        stop = _MOST if index.stop is None else index.stop
        return _read(self._actor, _LISTED, limit=stop - start, offset=start, **self._values)

    def __len__(self) -> int:
        """How many there are; reads them all."""
        return len(self[:])


def one_item(actor: Actor, code: str) -> ShownItem | None:
    """The item of that code, if the actor's contractor type may order it or could once."""
    return next(iter(_read(actor, _ONE, code=code)), None)


def items_in_basket(actor: Actor) -> list[ShownItem]:
    """What is in the actor's basket at the site of the page, whatever became of it since."""
    return _read(actor, _IN_BASKET)


def items_of_codes(actor: Actor, codes: list[str]) -> list[CatalogueItem]:
    """The items of those codes that there are, whether or not the actor may order them, with their successors."""
    return [each.item for each in _read(actor, _BY_CODE, codes=codes)]


def categories_and_basket_size(actor: Actor) -> tuple[list[str], int]:
    """The categories of what may be ordered today, and the number of lines in the actor's basket."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERVIEW, _values(actor))
        rows = cursor.fetchall()
    return [category for category, _ in rows], rows[0][1] if rows else 0


def _read(actor: Actor, condition: str, *, limit: int = _MOST, offset: int = 0, **values: Any) -> list[ShownItem]:
    names = _column_names()
    statement = _ITEMS.format(columns=", ".join(f'item."{name}"' for name in names), condition=condition)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_values(actor), "limit": limit, "offset": offset, **values})
        rows = cursor.fetchall()
    found = [_shown(names, row) for row in rows]
    _find_successors([each.item for each in found])
    return found


@cache
def _column_names() -> tuple[str, ...]:
    return tuple(field.attname for field in CatalogueItem._meta.concrete_fields)


def _values(actor: Actor) -> dict[str, Any]:
    return {
        "user": actor.user_id,
        "organisation": actor.organisation_id,
        "contractor_type": actor.contractor_type,
        "today": timezone.localdate(),
    }


def _shown(names: tuple[str, ...], row: tuple[Any, ...]) -> ShownItem:
    free, expected_on, in_basket, reason, *shortage = row[len(names) :]
    item = CatalogueItem.from_db("default", names, row[: len(names)])
    return ShownItem(item, Stock(free, expected_on, *shortage), in_basket, reason)


def _find_successors(items: list[CatalogueItem]) -> None:
    """Reads what replaces the withdrawn items among these; one query, none where nothing was replaced."""
    replaced = [item for item in items if item.replaced_by_id is not None]
    if replaced:
        successors = CatalogueItem.objects.in_bulk({item.replaced_by_id for item in replaced})
        for item in replaced:
            item.replaced_by = successors[item.replaced_by_id]
