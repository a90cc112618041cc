"""Sealing what was committed, and keeping the newest seals where the owner of the database cannot write."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from portal.foundation.audit.horizon import settled_up_to
from portal.foundation.audit.seal import AuditSeal
from portal.foundation.audit.sealed import SealedTable, all_tables

ROWS_OF_A_SEAL = 10_000
MARK = 4  # bytes
_LOCK = 8_217_400_211  # one sealer at a time, as the chain has one end
logger = logging.getLogger(__name__)


class RowsOfASeal:
    """Takes up, row by row in the order of ids, what a seal says of them."""

    def __init__(self, after_id: int) -> None:
        self.count, self.gaps = 0, list[list[int]]()
        self._next = after_id + 1
        self.marks = bytearray()
        self._content = sha256()

    def add(self, row_id: int, digest: bytes) -> None:
        """The next row."""
        self._gap_before(row_id)
        self.count += 1
        self._content.update(b"%d:%d:" % (row_id, len(digest)) + digest)
        self.marks += mark_of(digest)

    def end(self, last_id: int) -> None:
        """No more rows up to ``last_id``."""
        self._gap_before(last_id + 1)

    @property
    def content(self) -> bytes:
        """A digest over every id and its row's digest. It needs no key: the seal's own digest covers it."""
        return self._content.digest()

    def _gap_before(self, row_id: int) -> None:
        if row_id > self._next:
            self.gaps.append([self._next, row_id - 1])
        self._next = row_id + 1


def mark_of(digest: bytes) -> bytes:
    """Four bytes that tell one row from another."""
    return digest[-MARK:].rjust(MARK, b"\0")


def seal_what_is_settled() -> list[AuditSeal]:
    """Seals every table as far as nobody still writes to it; returns the new seals. The caller sees every row."""
    return [seal for table in all_tables().values() for seal in _seal_table(table)]


def _seal_table(table: SealedTable) -> Iterator[AuditSeal]:
    last_id = settled_up_to(table.table)
    if last_id is None:
        logger.info("not sealed: a transaction is still writing", extra={"kind": table.table})
        return
    while seal := _seal_next(table, last_id):
        yield seal


def _seal_next(table: SealedTable, settled: int) -> AuditSeal | None:
    """The next seal of the table, written; None when all that is settled is sealed."""
    rows: Any = apps.get_model(table.model)._default_manager
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        of_table = AuditSeal.objects.filter(table=table.table)
        after = of_table.order_by("-last_id").values_list("last_id", flat=True).first() or 0
        found = list(
            rows.filter(id__gt=after, id__lte=settled).order_by("id").values_list("id", "digest")[:ROWS_OF_A_SEAL]
        )
        if not found:  # ids that were handed out and given up wait for the next row
            return None
        last = settled if len(found) < ROWS_OF_A_SEAL else found[-1][0]
        content = RowsOfASeal(after)
        for row_id, digest in found:
            content.add(row_id, bytes(digest))
        content.end(last)
        before = AuditSeal.objects.order_by("-number").first()
        seal = AuditSeal(
            number=before.number + 1 if before else 1,
            table=table.table,
            after_id=after,
            last_id=last,
            rows=content.count,
            gaps=content.gaps,
            content=content.content,
            marks=bytes(content.marks),
            previous=bytes(before.digest) if before else b"",
        )
        seal.sign()
        seal.save(force_insert=True)
        transaction.on_commit(lambda: _anchor(seal))
    return seal


def _anchor(seal: AuditSeal) -> None:
    """Keeps number and digest in a file and in the log: who cuts off the end of a chain cannot reach those."""
    fingerprint = fingerprint_of(seal)
    logger.info("sealed", extra={"kind": seal.table, "seal": fingerprint})
    path = settings.AUDIT_ANCHOR
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{fingerprint}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fingerprint_of(seal: AuditSeal) -> str:
    """The seal's number and digest as a person or a file keeps them."""
    return f"{seal.number}:{bytes(seal.digest).hex()}"
