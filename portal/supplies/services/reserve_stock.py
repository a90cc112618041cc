"""Putting stock aside for lines: two statements sent together, whatever the number of lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

# The locks are taken in the order of the levels' ids, everywhere in supplies: two orders that want the
# same items in a different order cannot wait for each other.
_LOCK = "select level.id from supplies_stocklevel level where level.item_id = any(%s) order by level.id {lock};"
# A statement of its own, which begins after the locks are held and so sees what is on the shelves now. In one with
# the locks, PostgreSQL would hold the CHECK constraints against each row as it was before somebody else's commit.
_RESERVE = """
with wanted as (
    select * from unnest(%s::bigint[], %s::int[]) as w (item_id, quantity)
), levels as (
    select level.id, level.item_id, level.expected_on, level.store_id, store.priority,
           level.on_hand - level.reserved as free, wanted.quantity
    from supplies_stocklevel level
    join supplies_store store on store.id = level.store_id and store.is_active
    join wanted on wanted.item_id = level.item_id
), planned as (
    select id, item_id, expected_on, store_id, priority,
           greatest(0, least(free, quantity - coalesce(sum(free) over (
               partition by item_id order by priority, id rows between unbounded preceding and 1 preceding
           ), 0)))::int as taken
    from levels
), updated as (
    update supplies_stocklevel level set reserved = level.reserved + planned.taken
    from planned where planned.id = level.id and planned.taken > 0
)
select id, item_id, expected_on, store_id, priority, taken from planned order by item_id, id
"""
LOCK_CLAUSE = "for update of level"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one stock level gives to one item: ``quantity`` packs (may be 0) and when more is expected.

    ``priority`` is that of its store: the lowest is picked first.
    """

    level_id: int
    item_id: int
    quantity: int
    expected_on: date | None
    store_id: int
    priority: int


def reserve_stock(wanted: dict[int, int]) -> list[Taken]:
    """Reserves up to ``wanted[item_id]`` packs of each item, nearest store first, in one query.

    Never more than is free (R4). The caller writes the reservations in the same transaction.
    """
    item_ids = sorted(wanted)
    with connection.cursor() as cursor:
        both = _LOCK.format(lock=LOCK_CLAUSE) + _RESERVE
        cursor.execute(both, [item_ids, item_ids, [wanted[item_id] for item_id in item_ids]])
        cursor.nextset()  # past the ids of the locked rows
        return [
            Taken(
                level_id=level_id,
                item_id=item_id,
                expected_on=expected_on,
                quantity=taken,
                store_id=store_id,
                priority=priority,
            )
            for level_id, item_id, expected_on, store_id, priority, taken in cursor.fetchall()
        ]
