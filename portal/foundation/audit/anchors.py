"""What was kept of the seals outside the database, and whether the database still has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.conf import settings

from portal.foundation.audit.seal import AuditSeal
from portal.foundation.audit.sealed import Problem
from portal.foundation.audit.sealing import fingerprint_of

_LINE = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]+)")
_TABLE = AuditSeal._meta.db_table


class Anchors:
    """The lines of the anchor file as it was at the start, read beside the seals in constant memory.

    ``expected`` are further fingerprints. ``count`` is how many were compared. Seals come in the order of their
    numbers; the few lines that are out of order are looked up one by one.
    """

    def __init__(self, expected: list[str]) -> None:
        self.count = 0
        self._expected = expected
        path = settings.AUDIT_ANCHOR
        self._size = path.stat().st_size if path.exists() else 0
        self._lines = self._read()
        self._next = next(self._lines, None)

    def problems_with(self, seal: AuditSeal) -> Iterator[Problem]:
        """What the lines say against this seal, or against those that should have come before it."""
        while self._next is not None and self._number(self._next) <= seal.number:
            yield from self._compare(self._next, seal)
            self._advance()

    def problems_at_the_end(self) -> Iterator[Problem]:
        """No seal is left: what the other lines name is gone."""
        while self._next is not None:
            yield from self._compare(self._next, None)
            self._advance()
        for line in self._expected:
            yield from self._compare(line, None)

    def _advance(self) -> None:
        self._next = next(self._lines, None)

    def _read(self) -> Iterator[str]:
        if self._size:
            with settings.AUDIT_ANCHOR.open("rb") as file:
                while file.tell() < self._size and (line := file.readline(1_000)):
                    yield line.decode("ascii", "replace").strip()

    def _number(self, line: str) -> int:
        found = _LINE.fullmatch(line)
        return int(found[1]) if found else 0

    def _compare(self, line: str, seal: AuditSeal | None) -> Iterator[Problem]:
        self.count += 1
        if not (number := self._number(line)):
            yield Problem(table=str(settings.AUDIT_ANCHOR), row=line[:80], what="is no line of number:digest")
            return
        if seal is None or seal.number != number:
            seal = AuditSeal.objects.filter(number=number).only("number", "digest").first()
        if seal is None:
            yield Problem(table=_TABLE, row=str(number), what="is gone, and was kept outside the database")
        elif fingerprint_of(seal) != line:
            yield Problem(table=_TABLE, row=str(number), what="differs from what was kept outside the database")
