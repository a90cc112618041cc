"""Reading rows that somebody may have damaged on purpose: no value makes the reader stop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, F, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Greatest, Least

CHUNK = 2_000
# PostgreSQL knows moments that Python does not: infinity, and years before Christ or after 9999.
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_UNREADABLE = object()


def every_row(rows: QuerySet[Any]) -> Iterator[Any]:
    """The rows of an ordered query set, as a stream in constant memory; the caller is in a transaction.

    A moment that Python cannot hold comes as the nearest that it can, and JSON that it cannot read as an object that
    nothing is equal to: neither is what was signed.
    """
    fields = rows.model._meta.concrete_fields
    moments = [each.attname for each in fields if isinstance(each, DateTimeField)]
    documents = [each.attname for each in fields if isinstance(each, JSONField)]
    read = rows.defer(*moments, *documents).annotate(
        **{f"safe_{name}": Greatest(Least(F(name), Value(_LAST)), Value(_FIRST)) for name in moments},
        **{f"safe_{name}": Cast(F(name), TextField()) for name in documents},
    )
    for row in read.iterator(chunk_size=CHUNK):
        for name in moments:
            setattr(row, name, getattr(row, f"safe_{name}"))
        for name in documents:
            setattr(row, name, _document(getattr(row, f"safe_{name}")))
        yield row


def _document(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return _UNREADABLE
