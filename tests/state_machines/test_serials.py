"""Random work on numbered forms: never two places for a number, never a gap (R4; issue 5).

``LONG_RUNS=1 bin/test --no-check tests/state_machines/test_serials.py`` does more than 100,000 operations, and
fails when they were fewer. Only those that were carried out count.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from django.db import DatabaseError, connection
from psycopg.types.range import Int8Range

from portal.foundation.errors import DomainError
from portal.serials import moving
from portal.serials.models import SerialMove, SerialRange, SerialReceipt
from tests.state_machines.serial_steps import FormsWorld

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OPERATIONS = 600
# One transaction each: PostgreSQL grows slow with very many savepoints in one.
SEEDS = range(167) if os.environ.get("LONG_RUNS") else range(2)
LONG_RUN = 100_000
# Asked of the database alone, whatever the model says: numbers in two rows, and received numbers in none.
_OVERLAPS = """
select coalesce(sum(upper(one.serials * other.serials) - lower(one.serials * other.serials)), 0)
from serials_serialrange one join serials_serialrange other
    on other.item_id = one.item_id and other.id > one.id and other.serials && one.serials
"""
_GAPS = """
select coalesce(sum(upper(piece) - lower(piece)), 0)
from serials_serialreceipt receipt
cross join lateral (
    select coalesce(range_agg(held.serials), '{}') as held from serials_serialrange held
    where held.item_id = receipt.item_id and held.serials && receipt.serials
) as all_rows
cross join lateral unnest(int8multirange(receipt.serials) - all_rows.held) as piece
"""
done: Counter[str] = Counter()


def _overlaps_and_gaps() -> tuple[int, int]:
    """How many numbers are in two places, and how many that were received are nowhere."""
    with connection.cursor() as cursor:
        counted = []
        for statement in (_OVERLAPS, _GAPS):
            cursor.execute(statement)
            counted.append(int(cursor.fetchone()[0]))
    return counted[0], counted[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_steps_loses_or_doubles_a_number(seed: int) -> None:
    """Seeded, so that the run is the same every time. A step that fits is never refused; one that does not, always."""
    world = FormsWorld(seed)
    turns = 0
    while world.operations < OPERATIONS:
        world.turn()
        turns += 1
        assert turns < 2 * OPERATIONS, "most steps should find numbers to work on"
    world.check()
    assert _overlaps_and_gaps() == (0, 0)
    done.update(seeds=1, operations=world.operations, refused=world.refused.total())
    assert SerialReceipt.objects.count() == 1 + world.done["book_in"]
    assert SerialMove.objects.count() > OPERATIONS
    assert {"allocate", "confirm", "issue", "report", "settle", "destroy", "check", "issue_named"} <= world.done.keys()
    assert world.refused.total() > OPERATIONS // 20


def test_the_long_run_did_a_hundred_thousand_operations() -> None:
    """After all seeds, in the same process."""
    if done["seeds"] < len(SEEDS):
        pytest.skip("Only some of the seeds were run.")
    print(f"{done['operations']:,} operations carried out, {done['refused']:,} refused as they must be")
    assert done["operations"] >= (LONG_RUN if os.environ.get("LONG_RUNS") else len(SEEDS) * OPERATIONS)


def test_overlaps_and_gaps_would_be_counted() -> None:
    """The count itself, with the constraints taken away: 5 numbers doubled, 7 forgotten."""
    world = FormsWorld(0)
    row = SerialRange.objects.get(item=world.item)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table serials_serialrange disable trigger user")
        cursor.execute("alter table serials_serialrange drop constraint serial_in_one_place")
    first = row.serials.lower
    row.serials = Int8Range(first, row.serials.upper - 7)
    row.save(update_fields=["serials"])
    row.pk, row.serials = None, Int8Range(first + 10, first + 15)
    row.save(force_insert=True)
    assert _overlaps_and_gaps() == (5, 7)


def _walk(turns: int) -> None:
    world = FormsWorld(0)
    for _ in range(turns):
        world.turn()
    world.check()


def test_it_fails_when_a_move_does_not_look_where_the_numbers_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen to fail with the check taken out: a number is taken from where it is not."""
    monkeypatch.setattr(moving, "_check", lambda *_: None)
    with pytest.raises((AssertionError, DatabaseError)):
        _walk(300)


def test_it_fails_when_the_rest_of_a_split_range_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen to fail with the rest dropped: the database says at the end of that step that numbers are not there."""

    def without_the_rest(row: SerialRange, inside: Int8Range) -> SerialRange:
        row.serials = inside
        row.save(update_fields=["serials"])
        return row

    monkeypatch.setattr(moving, "_take_out", without_the_rest)
    with pytest.raises(DatabaseError, match="were received"):
        _walk(300)


def test_it_fails_when_a_range_moves_whole_though_a_part_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen to fail: the sum is right, and yet a number is not where the model has it."""
    monkeypatch.setattr(moving, "_take_out", lambda row, inside: row)
    with pytest.raises((AssertionError, DomainError)):
        _walk(300)
