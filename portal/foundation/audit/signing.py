"""Signing rows before they are written: each carries a digest over all it says (R2, trust I13)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Protocol

from portal.foundation.audit.digests import digest_of, is_digest_of

_ONCE = 8  # random bytes in front of each digest, and in it: no two rows have the same, so a copied row shows


class Signed(Protocol):
    """A row of a signed table."""

    digest: Any  # a column, as the type checker sees it

    def signed_values(self) -> list[object]:
        """What the digest covers: the table's name and every column, but the digest and the id.

        PostgreSQL hands the id out, and asking for it first would be one more query for each event. Which id a row
        has is what its seal says.
        """


def sign(rows: Sequence[Signed]) -> None:
    """Gives new rows their digests."""
    for row in rows:
        once = secrets.token_bytes(_ONCE)
        row.digest = once + digest_of([*row.signed_values(), once])


def is_as_signed(row: Signed) -> bool:
    """Whether the row still says what was signed."""
    digest = bytes(row.digest or b"")
    once = digest[:_ONCE]
    try:
        return is_digest_of(digest[_ONCE:], [*row.signed_values(), once])
    except (TypeError, ValueError):  # values of kinds that were never written
        return False
