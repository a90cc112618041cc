"""Filling tables with millions of rows: what checks row by row is taken away, and put back over all rows at the end.

Unique constraints, foreign keys and indexes are made again after the fill, so that the database has checked every row
by them. Check constraints hold all the time. Triggers of rows do not fire: what they hold is asked once, in SQL, by
the portal's own invariants (``bin/portal check-invariants``) where the caller says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_CONSTRAINTS = """
select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint
where contype in ('f', 'u', 'x') and (conrelid::regclass::text = any(%s) or confrelid::regclass::text = any(%s))
order by contype = 'f' desc, oid
"""
_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid::regclass::text = any(%s) and not indisprimary
"""


def run(statement: str, *values: object) -> int:
    """Runs one statement as the owner of the tables; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return int(cursor.rowcount)


def one(statement: str, *values: object) -> int:
    """The number that a query answers with."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return int(cursor.fetchone()[0])


@contextmanager
def filled_at_once(*tables: str) -> Iterator[None]:
    """Inside, rows of these tables cost only their writing; at the end every key and index is there and checked."""
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [list(tables), list(tables)])
        constraints = cursor.fetchall()
        for table, name, _ in constraints:
            cursor.execute(f"alter table {table} drop constraint {name}")
        cursor.execute(_INDEXES, [list(tables)])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"drop index {name}")
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger user")
    yield
    with connection.cursor() as cursor:
        cursor.execute("set maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in reversed(constraints):  # unique ones first: foreign keys point at them
            cursor.execute(f"alter table {table} add constraint {name} {definition}")
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger user")
            cursor.execute(f"vacuum analyze {table}")
