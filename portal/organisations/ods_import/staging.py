"""The file's rows in a temporary table of text columns, by COPY, and what can be counted there."""

# ruff: noqa: S608  every part of the statements is a fixed text of this package; values are parameters

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from django.db import DataError, connection, transaction

from portal.organisations.ods_import.layouts import (
    MEMBERSHIP_COLUMNS,
    ORGANISATION_COLUMNS,
    STATUS_WORDS,
    CodeShapes,
    Combination,
    Layout,
)
from portal.organisations.ods_import.reading import ReleaseFile, columns_of, explain
from portal.organisations.ods_import.refusal import RefusedFile, Rejection, refuse

_DATES = ("c11", "c12", "c16", "c17")


def stage(path: Path) -> tuple[ReleaseFile, int]:
    """Copies the file into the table ``staged`` (c1, c2, ...) as it stands; says how many columns it has.

    Raises RefusedFile. Runs inside the caller's transaction, at whose end the table is gone.
    """
    columns = columns_of(path)
    if columns not in (ORGANISATION_COLUMNS, MEMBERSHIP_COLUMNS):
        raise refuse(
            f"The line has {columns} {'column' if columns == 1 else 'columns'}. An ODS file has "
            f"{ORGANISATION_COLUMNS}, or {MEMBERSHIP_COLUMNS} for the commissioner history.",
            line=1,
        )
    names = ", ".join(f"c{number}" for number in range(1, columns + 1))
    # Collation "C": codes and dates are compared byte by byte, which is also the fastest way.
    definitions = ", ".join(f'c{number} text collate "C"' for number in range(1, columns + 1))
    file = ReleaseFile(path, columns)
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table staged ({definitions}) on commit drop")
        try:
            with (
                transaction.atomic(),
                # FORCE_NOT_NULL: an empty field is an empty text, quoted or not.
                cursor.copy(f"copy staged from stdin (format csv, force_not_null ({names}))") as copy,
            ):
                for block in file.blocks():
                    copy.write(block)
        except (DataError, psycopg.DataError) as error:  # COPY's own errors do not pass through Django
            raise explain(path, columns) or refuse(f"The database cannot read it: {error}.") from None
        # A line "\." ends PostgreSQL's reading without an error; then rows are missing.
        if cursor.rowcount != file.rows:
            raise explain(path, columns) or refuse("Not every line could be read.")
    return file, columns


@dataclass(frozen=True)
class Profile:
    """What one pass over the staged rows tells of them."""

    combinations: list[Combination]
    newest_past_date: str
    nameless: int
    odd_dates: int


def profile(today: date) -> Profile:
    """The evidence for ``recognise``, the newest date that is not after ``today``, and what to look at twice."""
    newest = ", ".join(f"max({name}) filter (where {name} between '1' and %(today)s)" for name in _DATES)
    dates = " || ".join(_DATES)  # together they have a multiple of eight digits, or one of them is no date
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select c13, c14, c26, count(*), greatest({newest}),
                   count(*) filter (where c2 = ''),
                   count(*) filter (where length({dates}) %% 8 <> 0 or {dates} ~ '[^0-9]')
            from staged group by 1, 2, 3
            """,
            {"today": f"{today:%Y%m%d}"},
        )
        rows = cursor.fetchall()
    return Profile(
        combinations=[Combination(*row[:4]) for row in rows],
        newest_past_date=max((row[4] for row in rows if row[4]), default=""),
        nameless=sum(row[5] for row in rows),
        odd_dates=sum(row[6] for row in rows),
    )


def code_shapes() -> CodeShapes:
    """Shares of codes with a shape, or known as an owner from files imported before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select avg((parent <> '')::int) as with_parent,
                   avg((code ~ '^[A-Z][0-9]{8}$' and parent ~ '^[A-Z][0-9]{5}$')::int) as branch,
                   avg((code ~ '^TP[A-Z0-9]{3}$')::int) as optical_site,
                   avg((code ~ '^P[A-Z0-9]{3}$')::int) as pharmacy_owner,
                   avg((code in (select parent_code from organisations_organisation
                                 where contractor_type = 'pharmacy'))::int) as known_pharmacy_owner,
                   avg((code in (select parent_code from organisations_organisation
                                 where contractor_type = 'ophthalmic'))::int) as known_optical_owner
            from (select upper(c1) as code, upper(c15) as parent from staged) as codes
            """
        )
        shares = cursor.fetchone()
        return CodeShapes(
            **{column.name: float(share) for column, share in zip(cursor.description, shares, strict=True)}
        )


def release_day(newest_past_date: str) -> date:
    """The day of a release that nobody has given: the newest past date in it. Raises RefusedFile without one."""
    if not newest_past_date:
        raise refuse("The file holds no past date that could be its release date. Give it with --released YYYY-MM-DD.")
    return date.fromisoformat(newest_past_date)


def lines_where(condition: str, values: list[Any] | None = None, *, shown: str = "c1") -> list[tuple[int, str]]:
    """The line numbers of staged rows that fit a condition, each with the value to show.

    Only for refusals: it numbers the rows by their place in the table, which is that of the file.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"select line, {shown} from"
            " (select *, ctid as place, row_number() over (order by ctid) as line from staged) as numbered"
            f" where {condition} order by line limit 100",
            values or [],
        )
        return list(cursor.fetchall())


def refuse_where(condition: str, sentence: str, values: list[Any] | None = None, *, shown: str = "c1") -> None:
    """Raises RefusedFile for the rows that fit; ``sentence`` may use ``{value}``."""
    if found := lines_where(condition, values, shown=shown):
        raise RefusedFile(*(Rejection(line, sentence.format(value=_short(value))) for line, value in found))


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:40] + "…"


def check_values(layout: Layout, found: Profile) -> None:
    """Refuses rows whose sub-type, setting or status the layout does not know, without a name, or with bad dates.

    Raises RefusedFile. Codes are left to the table's own constraints: see ``refuse_what_conflicts``.
    """
    for each in found.combinations:
        values = [each.status, each.subtype, each.setting]
        where = "(c13, c14, c26) = (%s, %s, %s)"
        if each.status and each.status not in STATUS_WORDS:
            refuse_where(where, "The status {value!r} is none of A, C, D, P or their words.", values, shown="c13")
        if layout.kind_of(each.subtype, each.setting) is None:
            column = 14 if layout.family.kinds else 26
            sentence = f"Column {column} is {{value!r}}, which the file of {layout.family.label} does not have."
            refuse_where(where, sentence, values, shown=f"c{column}")
    if found.nameless:
        refuse_where("c2 = ''", "{value} has no name.")
    if found.odd_dates:
        refuse_bad_dates(_DATES)


def refuse_bad_dates(columns: tuple[str, ...]) -> None:
    """Raises RefusedFile when one of the columns holds something that is no day of the calendar."""
    for column in columns:
        with connection.cursor() as cursor:
            cursor.execute(f"select distinct {column} from staged where {column} <> ''")
            wrong = [text for (text,) in cursor.fetchall() if not _is_day(text)]
        if wrong:
            sentence = f"Column {column[1:]} is {{value!r}}, which is no date of the form 20250331."
            refuse_where(f"{column} = any(%s)", sentence, [wrong], shown=column)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 8 and text.isascii() and text.isdecimal() and bool(date.fromisoformat(text))
    except ValueError:
        return False


def refuse_what_conflicts() -> None:
    """After the database refused to merge: names the lines whose codes are none or come twice, and bad dates.

    The table's own constraints do the checking, so that a good file pays nothing for it.
    """
    refuse_where("upper(c1) !~ '^[A-Z0-9]{1,12}$'", "{value!r} is not an ODS code.")
    refuse_where(
        "exists (select from staged as first where upper(first.c1) = upper(numbered.c1)"
        " and first.ctid < numbered.place)",
        "The code {value} stands in the file twice.",
    )
    refuse_bad_dates(_DATES)


def refuse_duplicates_of_known() -> None:
    """Raises RefusedFile when two rows carry the code of one organisation that is known already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(distinct o.id) from staged"
            " join organisations_organisation as o on o.code = upper(c1)"
        )
        rows, organisations = cursor.fetchone()
    if rows != organisations:
        refuse_what_conflicts()
