"""The six-column file: which commissioner a practice belonged to, from when to when (FINDINGS 5)."""

# ruff: noqa: S608  every part of the statements is a fixed text of this package; values are parameters

from __future__ import annotations

from datetime import date

from django.db import connection

from portal.organisations.ods_import.outcome import FileOutcome
from portal.organisations.ods_import.staging import refuse_bad_dates, refuse_where

_TABLE = "organisations_commissionerperiod"
# Code, commissioner, type of the commissioner, joined, left, amended.
_ROWS = """
    select upper(c1) as organisation_code, upper(c2) as commissioner_code,
           c4::date as joined_on, nullif(c5, '')::date as left_on
    from staged
"""
_SAME = (
    "(p.organisation_code, p.commissioner_code, p.joined_on) = (i.organisation_code, i.commissioner_code, i.joined_on)"
)


def merge(outcome: FileOutcome) -> None:
    """Adds new periods and ends, reopens or corrects known ones. Raises RefusedFile.

    A period is known by practice, commissioner and first day. An older release cannot reopen what a
    newer one has ended, because it does not know of the end: a blank end never replaces a date.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {_TABLE} as p set left_on = i.left_on from ({_ROWS}) as i"
            f" where {_SAME} and i.left_on is not null and p.left_on is null"
        )
        outcome.closed = cursor.rowcount
        cursor.execute(
            f"update {_TABLE} as p set left_on = i.left_on from ({_ROWS}) as i"
            f" where {_SAME} and i.left_on is not null and p.left_on <> i.left_on"
        )
        outcome.changed = cursor.rowcount
        cursor.execute(
            f"insert into {_TABLE} (organisation_code, commissioner_code, joined_on, left_on)"
            f" select * from ({_ROWS}) as i where not exists (select from {_TABLE} as p where {_SAME})"
        )
        outcome.created = cursor.rowcount
    outcome.unchanged = outcome.read - outcome.created - outcome.changed - outcome.closed


def newest_past_date(today: date) -> str:
    """The newest day in the file that is not in the future, or ''."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(max(day), '') from staged, lateral (values (c4), (c5)) as days (day)"
            " where day <= %(today)s",
            {"today": f"{today:%Y%m%d}"},
        )
        return str(cursor.fetchone()[0])


def check() -> None:
    """Raises RefusedFile for rows without codes or days, or with the same period twice."""
    for column in ("c1", "c2"):
        refuse_where(f"upper({column}) !~ '^[A-Z0-9]{{1,12}}$'", "{value!r} is not an ODS code.", shown=column)
    refuse_where("c4 = ''", "{value} has no day on which it joined.")
    refuse_bad_dates(("c4", "c5"))
    refuse_where("c5 <> '' and c5 < c4", "{value} left before it joined.")
    refuse_where(
        "exists (select from staged as first where first.ctid < numbered.place"
        " and (first.c1, first.c2, first.c4) = (numbered.c1, numbered.c2, numbered.c4))",
        "{value} joined the same commissioner twice on one day.",
    )
