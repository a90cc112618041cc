"""What must be true of the stored data at every moment, as SQL that finds the rows where it is not (R4, R2).

Each app declares its own in ``invariants.py``; ``bin/portal check-invariants`` runs them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.module_loading import autodiscover_modules

SHOWN_ROWS = 10


@dataclass(frozen=True)
class Invariant:
    """One truth. ``sql`` is a single SELECT of the rows that break it; an empty answer means it holds."""

    code: str
    sentence: str
    sql: str


@dataclass(frozen=True, kw_only=True)
class Broken:
    """An invariant that does not hold, with the first offending rows; ``more`` says that there are others."""

    invariant: Invariant
    rows: list[dict[str, Any]]
    more: bool


REGISTER: dict[str, Invariant] = {}


def invariant(code: str, sentence: str, sql: str) -> Invariant:
    """Declares an invariant. Raises ValueError when the code is taken."""
    if code in REGISTER:
        raise ValueError(f"The invariant {code} is declared twice.")
    REGISTER[code] = Invariant(code, sentence, sql)
    return REGISTER[code]


def all_invariants() -> list[Invariant]:
    """Every declared invariant, in the order of the codes. Finds the apps' declarations on the first call."""
    autodiscover_modules("invariants")
    return [REGISTER[code] for code in sorted(REGISTER)]


def find_broken(chosen: list[Invariant] | None = None) -> list[Broken]:
    """Runs the invariants (all by default) and returns those that do not hold.

    Each is one statement and so sees one moment, also while the portal is in use. The caller must be
    allowed to see every organisation's rows (``system_scope``), or a broken row may stay hidden.
    """
    broken = []
    for each in all_invariants() if chosen is None else chosen:
        rows = _offending_rows(each)
        if rows:
            broken.append(Broken(invariant=each, rows=rows[:SHOWN_ROWS], more=len(rows) > SHOWN_ROWS))
    return broken


def _offending_rows(each: Invariant) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"select * from ({each.sql}) offending limit {SHOWN_ROWS + 1}")  # noqa: S608  our own SQL
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
