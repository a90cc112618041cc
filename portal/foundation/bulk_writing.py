"""Writing many rows in one short statement, where Django would make a parameter of every field of every row.

Django's ``bulk_update`` makes a CASE of each, and ``bulk_create`` a list of thousands of placeholders that the driver
takes apart again. Measured with 500 scans in a call: most of the time of ``take_scans`` went into such statements.
Here a column is one array. COPY would be faster still, and is not open to a role that is held by row security.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models


def write_new(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Inserts ``rows``, which are new rows of ``model``, and gives them their ids. One statement.

    The INSERT itself asks for the ids, in the order of the rows: sealing (``audit/horizon.py``) relies on it that
    nobody has an id of a table that he has not locked yet. For models with a number as id and without array fields;
    signals and ``save`` are not called, as in ``bulk_create``. Raises IntegrityError as an insert does.
    """
    if not rows:
        return
    key: Any = model._meta.pk
    columns: list[Any] = [each for each in model._meta.concrete_fields if not (each.generated or each is key)]
    names = ", ".join(_quoted(each.column) for each in columns)
    arrays, values = _arrays(columns, rows, adding=True)
    table = _quoted(model._meta.db_table)
    statement = (
        f"insert into {table} ({names}) select * from unnest({arrays})"  # noqa: S608  our own names
        f" returning {_quoted(key.column)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        ids = sorted(number for (number,) in cursor.fetchall())
    for row, number in zip(rows, ids, strict=True):
        setattr(row, key.attname, number)
        row._state.adding, row._state.db = False, connection.alias


def write_changes(model: type[models.Model], rows: Collection[Any], fields: Sequence[str]) -> None:
    """Writes ``fields`` of ``rows``, which are rows of ``model`` that the caller has locked. One statement."""
    if not rows:
        return
    known = {each.name: each for each in model._meta.concrete_fields}
    columns: list[Any] = [known[name] for name in ("id", *fields)]
    names = [_quoted(each.column) for each in columns]
    arrays, values = _arrays(columns, rows, adding=False)
    table = _quoted(model._meta.db_table)
    changes = ", ".join(f"{name} = new.{name}" for name in names[1:])
    statement = (
        f"update {table} set {changes} from unnest({arrays}) as new({', '.join(names)})"  # noqa: S608  our own names
        f" where {table}.{names[0]} = new.{names[0]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _arrays(columns: Sequence[Any], rows: Collection[Any], *, adding: bool) -> tuple[str, list[list[Any]]]:
    """The placeholders, an array for each column, and the arrays."""
    placeholders = ", ".join(f"%s::{each.db_type(connection)}[]" for each in columns)
    arrays = []
    for column in columns:
        given = (column.pre_save(row, adding) if adding else getattr(row, column.attname) for row in rows)
        arrays.append([column.get_db_prep_save(value, connection) for value in given])
    return placeholders, arrays


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
