"""How long a site may think about a substitute: a table that the operator may replace (ADR 10)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

_FILE = Path(__file__).parent / "data" / "substitution.toml"


@lru_cache
def answer_days() -> int:
    """Working days. Raises ImproperlyConfigured, naming the file, when it is no number above 0."""
    days = read_table(_FILE).get("answer_days")
    if not isinstance(days, int) or days < 1:
        raise ImproperlyConfigured("substitution.toml: answer_days is missing or is no number above 0.")
    return days
