"""Signing rows before they are written: each carries a digest over all it says, its own id among it (R2, trust I13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import connection

from portal.foundation.audit.digests import digest_of, is_digest_of


class Signed(Protocol):
    """A row of a signed table."""

    id: Any  # the columns of a model, as the type checker sees them
    digest: Any

    def signed_values(self) -> list[object]:
        """All that the digest covers: every column but the digest, and the name of the table."""


def sign(table: str, rows: Sequence[Signed]) -> None:
    """Gives new rows of ``table`` their ids and digests, in one query; they are to be written in this transaction.

    The lock is shared, so it makes nobody wait. Held to the end of the transaction, it tells the one who seals that
    ids at or below the newest are still on their way (``portal.foundation.audit.horizon``).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "with locked as materialized (select pg_advisory_xact_lock_shared(%s::regclass::oid::bigint))"
            " select nextval(%s) from locked, generate_series(1, %s)",
            [table, f"{table}_id_seq", len(rows)],
        )
        ids = [number for (number,) in cursor.fetchall()]
    for row, number in zip(rows, ids, strict=True):
        row.id = number
        row.digest = digest_of(row.signed_values())


def is_as_signed(row: Signed) -> bool:
    """Whether the row still says what was signed."""
    return is_digest_of(bytes(row.digest), row.signed_values())
