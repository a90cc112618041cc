"""Digests that show a changed row: keyed, so that who owns the database cannot work them out anew (trust I13)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

from django.conf import settings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest_of(values: Sequence[object], *, previous: bytes = b"") -> bytes:
    """HMAC-SHA256 over the values in their order, chained on ``previous``; 32 bytes.

    Each value is written with its kind and its length, so that no two lists read alike. Takes None, bool, int, text,
    bytes, date, datetime (as UTC microseconds) and what JSON can hold. Raises TypeError for anything else, and
    ValueError for a datetime without a zone.
    """
    mac = hmac.new(settings.AUDIT_KEY, digestmod=sha256)
    for value in (previous, *values):
        kind, content = _written(value)
        mac.update(b"%c%d:" % (kind, len(content)))
        mac.update(content)
    return mac.digest()


def _written(value: object) -> tuple[bytes, bytes]:
    if value is None:
        return b"n", b""
    if isinstance(value, bool):
        return b"t", b"1" if value else b"0"
    if isinstance(value, int):
        return b"i", str(value).encode()
    if isinstance(value, str):
        return b"s", value.encode()
    if isinstance(value, bytes | memoryview):
        return b"b", bytes(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A digest is made of moments with a zone.")
        gone = value - _EPOCH
        return b"m", str((gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds).encode()
    if isinstance(value, date):
        return b"d", value.isoformat().encode()
    if isinstance(value, dict | list | tuple):
        return b"j", json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    raise TypeError(f"No digest of {type(value).__name__}.")
