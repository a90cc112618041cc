"""Digests that show a changed row: keyed, so that who owns the database cannot work them out anew (trust I13)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NoReturn

from django.conf import settings

KEY_ID_BYTES = 4
DIGEST_BYTES = KEY_ID_BYTES + 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest_of(values: Sequence[object], *, previous: bytes = b"") -> bytes:
    """HMAC-SHA256 over the values in their order, chained on ``previous``, behind the id of its key: 36 bytes.

    Each value is written with its kind and its length, so that no two lists read alike. Takes None, bool, int, text,
    bytes, date, datetime (as UTC microseconds) and what JSON can hold. Raises TypeError for anything else, and
    ValueError for a datetime without a zone.
    """
    return _digest(settings.AUDIT_KEY, values, previous)


def is_digest_of(digest: bytes, values: Sequence[object], *, previous: bytes = b"") -> bool:
    """Whether ``digest`` was made of these values, with the key of today or one that was retired (OLD_AUDIT_KEYS)."""
    key = _keys(settings.AUDIT_KEY, *settings.OLD_AUDIT_KEYS).get(bytes(digest[:KEY_ID_BYTES]))
    return key is not None and hmac.compare_digest(_digest(key, values, previous), bytes(digest))


def as_stored(value: dict[str, Any]) -> dict[str, Any]:
    """``value`` as PostgreSQL gives JSON back: text for keys, lists for tuples. Raises TypeError for a fraction.

    A fraction has more than one way to be written; write it as text.
    """
    plain: dict[str, Any] = json.loads(json.dumps(value), parse_float=_no_fraction)
    return plain


def _no_fraction(text: str) -> NoReturn:
    raise TypeError(f"{text} has no one way to be written in a digest; write it as text.")


@lru_cache
def _keys(*keys: bytes) -> dict[bytes, bytes]:
    return {_key_id(key): key for key in reversed(keys)}


@lru_cache
def _key_id(key: bytes) -> bytes:
    """Tells keys apart and tells nothing about them."""
    return hmac.digest(key, b"the id of this key", "sha256")[:KEY_ID_BYTES]


def _digest(key: bytes, values: Sequence[object], previous: bytes) -> bytes:
    parts = []
    for value in (previous, *values):
        kind, content = _written(value)
        parts.append(b"%c%d:" % (kind, len(content)))
        parts.append(content)
    return _key_id(key) + hmac.digest(key, b"".join(parts), "sha256")


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
