"""What standing orders may hold and how they are tried: a table that the operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

_FILE = Path(__file__).parent / "data" / "standing.toml"


@dataclass(frozen=True, kw_only=True)
class StandingRules:
    """``remind_days`` and ``retry_days`` are working days."""

    excluded_classes: frozenset[str]
    remind_days: int
    retry_days: int
    most_weeks: int


@lru_cache
def standing_rules() -> StandingRules:
    """The table. Raises ImproperlyConfigured, naming the file, when it is not whole."""
    try:
        table = read_table(_FILE)
        return StandingRules(
            excluded_classes=frozenset(table["excluded_classes"]),
            remind_days=int(table["remind_days"]),
            retry_days=int(table["retry_days"]),
            most_weeks=int(table["most_weeks"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured("standing.toml: a value is missing or is no number.") from error
