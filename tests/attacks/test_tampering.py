"""Somebody owns the database and changes any byte of 1,000 rows: each is found and named (trust P8, I13).

The half with the control off: with the digests not compared, the same changes go unseen.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models

from portal.foundation.access import Actor
from portal.foundation.audit import EventType, build_event, record_many
from portal.foundation.audit.access_log import looked
from portal.foundation.audit.models import AccessEntry, AuditEvent
from portal.foundation.audit.sealing import seal_what_is_settled
from portal.foundation.audit.verifying import Verification
from portal.records.models import CustodyEvent, Movement
from portal.records.tests.factories import Journey, a_movement, labelled

pytestmark = pytest.mark.django_db
DONE = EventType("tests.thing_done", "{actor} did {subject}", frozenset({"lines", "why"}))
CLERK = Actor(name="Zoë Clerk", audience="contractor", user_id=4711, organisation_id=815)
TABLES = ("audit_auditevent", "audit_accessentry", "records_custodyevent", "audit_auditseal", "records_recordpart")
Changed = set[tuple[str, str]]


@pytest.fixture
def _rows() -> None:
    """More than a thousand rows of the record: events, looks, and the custody of 20 journeys; all sealed."""
    events = [
        build_event(DONE, actor=CLERK, subject=("order", f"OR-{each}"), lines=each, why=f"because of {each} £")
        for each in range(700)
    ]
    record_many(events)
    for each in range(20):
        looked(CLERK, [f"PT-{each}-{number}" for number in range(20)], purpose="move_record", page="records:in")
        movement: Movement = a_movement()
        journey = Journey(labelled(movement)[0])
        journey.scan("collected", movement.origin)
        journey.scan("received", movement.destination)
    seal_what_is_settled()
    assert found() == set()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        for table, name in _constraints():
            cursor.execute(f'alter table {table} drop constraint if exists "{name}" cascade')


def _constraints() -> list[tuple[str, str]]:
    """What would refuse a change; who owns the table takes it away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select conrelid::regclass::text, conname from pg_constraint where contype in ('c', 'f', 'u')"
            " and conrelid::regclass::text = any(%s)",
            [list(TABLES)],
        )
        return cursor.fetchall()  # type: ignore[no-any-return]


def found() -> Changed:
    """Each row that verification names, with its table; a run of rows one by one."""
    return {(each.table, str(number)) for each in Verification().problems() for number in range(*_bounds(each.row))}


def _bounds(row: str) -> tuple[int, int]:
    first, _, last = row.partition(" to ")
    return int(first), int(last or first) + 1


def change(chance: random.Random, row: models.Model, field: Any) -> tuple[str, str]:
    """Changes one byte of one column of one row, as the owner; which row that was."""
    table = row._meta.db_table
    expression, values = _one_byte(chance, field, getattr(row, field.attname))
    with connection.cursor() as cursor:
        cursor.execute(f'update {table} set "{field.column}" = {expression} where id = %s', [*values, row.pk])
        assert cursor.rowcount == 1
    return table, str(row.pk)


def _one_byte(chance: random.Random, field: Any, value: Any) -> tuple[str, list[Any]]:
    column = f'"{field.column}"'
    if isinstance(field, models.BinaryField):
        place = chance.randrange(len(value))
        return f"set_byte({column}, %s, get_byte({column}, %s) # %s)", [place, place, chance.randint(1, 255)]
    if isinstance(field, models.DateTimeField):
        return f"{column} + %s", [timedelta(microseconds=chance.choice([1, -1, 256, 65_536]))]
    if isinstance(field, models.JSONField):
        return f"jsonb_set({column}, %s, %s)", ["{lines}", str(value.get("lines", 0) + 1)]
    if isinstance(field, models.TextField):
        if not value:
            return "%s", ["x"]
        place = chance.randrange(len(value))
        return "%s", [value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]]
    if field.many_to_one or isinstance(field, models.IntegerField):
        return ("%s", [7]) if value is None else (f"{column} # %s", [1])
    return f"array_append({column}, 1)", []


def tamper(chance: random.Random, number: int, *, besides: set[str]) -> Changed:
    """Changes so many rows, each in one byte of one column, and says which."""
    models_of_the_record: tuple[type[models.Model], ...] = (AuditEvent, AccessEntry, CustodyEvent)
    rows = [row for model in models_of_the_record for row in model._default_manager.order_by("id")]
    assert len(rows) > number
    columns = {
        model: [each for each in model._meta.concrete_fields if not each.generated and each.name not in besides]
        for model in models_of_the_record
    }
    return {change(chance, row, chance.choice(columns[type(row)])) for row in chance.sample(rows, number)}


@pytest.mark.usefixtures("_rows")
def test_any_byte_of_a_thousand_rows_is_found_and_its_row_is_named() -> None:
    changed = tamper(random.Random(20261124), 1_000, besides={"id"})
    assert len(changed) == 1_000
    named = found()
    assert changed - named == set()
    # Beyond them only what hangs on a changed link of custody: the link after it, and the part at the end of it.
    assert {table for table, _ in named - changed} <= {"records_custodyevent", "records_recordpart"}


@pytest.mark.usefixtures("_rows")
def test_the_command_ends_with_one_and_names_them() -> None:
    changed = tamper(random.Random(7), 50, besides={"id"})
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", stdout=out)
    assert [each for each in changed if f"WRONG  {each[0]} {each[1]}: " not in out.getvalue()] == []


@pytest.mark.usefixtures("_rows")
def test_with_the_digests_not_compared_nobody_would_know(monkeypatch: pytest.MonkeyPatch) -> None:
    tamper(random.Random(20261124), 1_000, besides={"id", "digest", "part", "sequence", "to_holder"})
    monkeypatch.setattr("portal.foundation.audit.verifying.is_as_signed", lambda row: True)
    monkeypatch.setattr("portal.records.chain.is_digest_of", lambda digest, values, previous: True)
    assert found() == set()


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _gone(table: str, ids: list[int]) -> None:
    _sql(f"delete from {table} where id = any(%s)", ids)


def _moved(table: str, ids: list[int]) -> None:
    for each in ids:
        _sql(f"update {table} set id = %s where id = %s", 900_000_000 + each, each)


def _swapped(table: str, ids: list[int]) -> None:
    for one, other in zip(ids[::2], ids[1::2], strict=True):
        for from_id, to_id in ((one, -one), (other, one), (-one, other)):
            _sql(f"update {table} set id = %s where id = %s", to_id, from_id)


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("what", [_gone, _moved, _swapped])
@pytest.mark.parametrize("model", [AuditEvent, AccessEntry, CustodyEvent])
def test_rows_that_vanish_move_or_change_places_are_named(
    what: Callable[[str, list[int]], None], model: type[models.Model]
) -> None:
    table = model._meta.db_table
    ids = random.Random(5).sample(list(model._default_manager.values_list("id", flat=True)), 40)
    what(table, ids)
    assert {(table, str(each)) for each in ids} <= found()


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("model", [AuditEvent, AccessEntry, CustodyEvent])
def test_a_truncated_table_is_missed_row_by_row(model: type[models.Model]) -> None:
    ids = set(model._default_manager.values_list("id", flat=True))
    _sql(f"truncate {model._meta.db_table} cascade")
    assert {(model._meta.db_table, str(each)) for each in ids} <= found()
