"""Writing many changed rows in one short statement: Django's ``bulk_update`` makes a CASE of every field of every row.

Measured with 500 scans in a call: three quarters of the time of ``take_scans`` went into making that statement.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models


def write_changes(model: type[models.Model], rows: Collection[Any], fields: Sequence[str]) -> None:
    """Writes ``fields`` of ``rows``, which are rows of ``model`` that the caller has locked. One statement."""
    if not rows:
        return
    known = {each.name: each for each in model._meta.concrete_fields}
    columns: list[Any] = [known[name] for name in ("id", *fields)]
    names = [connection.ops.quote_name(each.column) for each in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    arrays = ", ".join(f"%s::{each.db_type(connection)}[]" for each in columns)
    values = [[each.get_db_prep_save(getattr(row, each.attname), connection) for row in rows] for each in columns]
    changes = ", ".join(f"{name} = new.{name}" for name in names[1:])
    statement = (
        f"update {table} set {changes} from unnest({arrays}) as new({', '.join(names)})"  # noqa: S608  our own names
        f" where {table}.{names[0]} = new.{names[0]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
