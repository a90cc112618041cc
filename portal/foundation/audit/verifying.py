"""Is the record what was written? Every row, every seal, every chain, and what was kept outside (R2, trust I13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from portal.foundation.audit.anchors import Anchors
from portal.foundation.audit.safe_reading import every_row
from portal.foundation.audit.seal import AuditSeal
from portal.foundation.audit.sealed import Problem, SealedTable, all_chains, all_tables
from portal.foundation.audit.sealing import MARK, RowsOfASeal, mark_of
from portal.foundation.audit.signing import is_as_signed

_SEALS = AuditSeal._meta.db_table
Runs = list[list[int]]


@dataclass
class Verification:
    """One check of everything; ``problems`` does the work and fills the counts. The caller may see every row."""

    rows: dict[str, int] = field(default_factory=dict)
    unsealed: dict[str, int] = field(default_factory=dict)
    seals: int = 0
    anchors: int = 0
    chains: list[str] = field(default_factory=list)

    def problems(self, *, expected: list[str] | None = None) -> Iterator[Problem]:
        """What is not as it was written, as a stream in constant memory.

        ``expected`` are seals that somebody kept: ``number:digest``. Each part is read in a transaction of its own.
        """
        anchors = Anchors(expected or [])  # before the seals: what is kept outside was in the database then
        with transaction.atomic():
            yield from self._problems_of_seals(anchors)
        for table in all_tables().values():
            with transaction.atomic():
                yield from self._problems_of_table(table)
        for code, find in all_chains().items():
            with transaction.atomic():
                yield from find()
            self.chains.append(code)

    def _problems_of_seals(self, anchors: Anchors) -> Iterator[Problem]:
        number, previous = 0, b""
        for seal in every_row(AuditSeal.objects.order_by("number")):
            self.seals += 1
            if seal.number > number + 1:
                yield Problem(table=_SEALS, row=_run(number + 1, seal.number - 1), what="is gone")
            if not _is_sound(seal):
                yield Problem(table=_SEALS, row=str(seal.number), what="is not what was sealed")
            elif seal.number == number + 1 and bytes(seal.previous) != previous:
                yield Problem(table=_SEALS, row=str(seal.number), what="does not follow the seal before it")
            yield from anchors.problems_with(seal)
            number, previous = seal.number, bytes(seal.digest)
        yield from anchors.problems_at_the_end()
        self.anchors = anchors.count

    def _problems_of_table(self, table: SealedTable) -> Iterator[Problem]:
        model = apps.get_model(table.model)
        seals = (each for each in _seals_of(table) if _is_sound(each))
        walk = _next_walk(seals)
        count, unsealed, before = 0, 0, None
        for row in _rows_of(table, model):
            count += 1
            while walk is not None and row.id > walk.seal.last_id:
                yield from walk.problems()
                walk = _next_walk(seals)
            if row.id == before:
                yield Problem(table=table.table, row=str(row.id), what="is there twice")
            before = row.id
            if table.signs_rows and not is_as_signed(row):
                yield Problem(table=table.table, row=str(row.id), what="is not what was written")
                if walk is not None:
                    walk.named.add(row.id)
            if walk is None:
                unsealed += 1
            elif row.id > walk.seal.after_id:
                walk.add(row.id, bytes(row.digest or b""))
        while walk is not None:
            yield from walk.problems()
            walk = _next_walk(seals)
        if table.signs_rows:
            yield from _copies(table)
        self.rows[table.table], self.unsealed[table.table] = count, unsealed


def _is_sound(seal: AuditSeal) -> bool:
    try:
        return seal.is_as_signed()
    except (TypeError, ValueError):  # values of kinds that were never written
        return False


def _seals_of(table: SealedTable) -> Iterator[AuditSeal]:
    return every_row(AuditSeal.objects.filter(table=table.table).order_by("after_id", "number"))


def _rows_of(table: SealedTable, model: Any) -> Iterator[Any]:
    rows = model._default_manager.order_by("id")
    return every_row(rows) if table.signs_rows else rows.only("id", "digest").iterator(chunk_size=5_000)  # type: ignore[no-any-return]


def _copies(table: SealedTable) -> Iterator[Problem]:
    """A row that was written again: each digest is there once. The database sorts; only copies come over."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'select array_agg(id order by id) from "{table.table}" group by digest having count(*) > 1'  # noqa: S608
        )
        for (ids,) in cursor.fetchall():
            for each in ids[1:]:
                yield Problem(table=table.table, row=str(each), what=f"is a copy of {ids[0]}")


class _Walk:
    """One seal, and the rows of today beside it."""

    def __init__(self, seal: AuditSeal) -> None:
        self.seal = seal
        self.content = RowsOfASeal(seal.after_id)
        self.named: set[int] = set()  # the rows of this seal that are named already
        self._marks: dict[int, bytes] = {}

    def add(self, row_id: int, digest: bytes) -> None:
        """The next row."""
        self.content.add(row_id, digest)
        self._marks[row_id] = mark_of(digest)

    def problems(self) -> Iterator[Problem]:
        """What differs, now that all rows up to the end of the seal were seen."""
        seal, found = self.seal, self.content
        found.end(seal.last_id)
        if (found.count, found.content) == (seal.rows, bytes(seal.content)):
            return
        said = len(self.named)
        for first, last in _without(found.gaps, seal.gaps):
            said += 1
            yield Problem(table=seal.table, row=_run(first, last), what="is gone")
        for first, last in _without(seal.gaps, found.gaps):
            said += 1
            yield Problem(table=seal.table, row=_run(first, last), what="was not there when its place was sealed")
        for row_id, mark in self._sealed_marks():
            if row_id not in self.named and self._marks.get(row_id, mark) != mark:
                said += 1
                yield Problem(table=seal.table, row=str(row_id), what="is not the row that was sealed here")
        if not said:
            what = f"is not what seal {seal.number} says, though no row of it is wrong by itself"
            yield Problem(table=seal.table, row=_run(seal.after_id + 1, seal.last_id), what=what)

    def _sealed_marks(self) -> Iterator[tuple[int, bytes]]:
        """Each id of the seal with its row's mark."""
        places = _without([[self.seal.after_id + 1, self.seal.last_id]], self.seal.gaps)
        ids = (number for first, last in places for number in range(first, last + 1))
        marks = bytes(self.seal.marks)
        for place, row_id in enumerate(ids):
            yield row_id, marks[place * MARK : (place + 1) * MARK]


def _next_walk(seals: Iterator[AuditSeal]) -> _Walk | None:
    seal = next(seals, None)
    return _Walk(seal) if seal else None


def _without(runs: Runs, others: Runs) -> Runs:
    """The parts of ``runs`` that no run of ``others`` covers. Both ascend, and each run is [first, last]."""
    left: Runs = []
    for first, last in runs:
        for start, end in others:
            if end < first or start > last:
                continue
            if start > first:
                left.append([first, start - 1])
            first = end + 1
        if first <= last:
            left.append([first, last])
    return left


def _run(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
