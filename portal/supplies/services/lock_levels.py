"""The lock that every change of stock takes: all shelves of an item, in the order of their ids."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Min

from portal.foundation.errors import NotFound
from portal.supplies.models import StockLevel

# A shelf that does not exist yet is empty, and is made before it is locked.
_MAKE_SHELVES = """
insert into supplies_stocklevel (store_id, item_id, on_hand, reserved, location)
select store.id, item.id, 0, 0, ''
from supplies_store store cross join supplies_catalogueitem item
where store.code = %s and item.code = %s
on conflict (store_id, item_id) do nothing
"""


def lock_levels(item_ids: list[int], *, wait: bool = True) -> list[StockLevel]:
    """Every stock level of the items, locked until the transaction ends, lowest id first.

    One order everywhere in supplies, and always after the locks of orders (docs/decisions): two
    transactions that want the same shelves cannot wait for each other. Without ``wait`` the levels that
    somebody else has are left out.
    """
    return list(
        StockLevel.objects.select_for_update(of=("self",), skip_locked=not wait)
        .select_related("store", "item")
        .filter(item_id__in=item_ids)
        .order_by("id")
    )


def find_level(store: str, item: str) -> StockLevel:
    """The stock level of an item in a store, by their codes, not locked. Raises NotFound for unknown codes."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_SHELVES, [store, item])
    level = StockLevel.objects.select_related("store", "item").filter(store__code=store, item__code=item).first()
    if level is None:
        raise NotFound
    return level


def lock_level(level: StockLevel) -> StockLevel:
    """The level as it is now, locked together with the item's levels in other stores."""
    return next(each for each in lock_levels([level.item_id]) if each.id == level.id)


def next_delivery(item_id: int) -> date | None:
    """The first day on which any store expects more of the item; None when nobody knows."""
    levels = StockLevel.objects.filter(item_id=item_id, store__is_active=True)
    return levels.aggregate(first=Min("expected_on"))["first"]  # type: ignore[no-any-return]
