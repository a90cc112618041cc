"""How far ahead collections are planned, and when they are judged: a table that the operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

TABLE = Path(__file__).resolve().parent / "data" / "collections.toml"


@dataclass(frozen=True, kw_only=True)
class CollectionRules:
    """The whole table."""

    plan_ahead: timedelta
    judge_after: timedelta
    judge_back: timedelta
    report: timedelta


@cache
def collection_rules() -> CollectionRules:
    """The table, read once. Raises ImproperlyConfigured, naming the file."""
    table = read_table(TABLE)
    try:
        return CollectionRules(
            plan_ahead=timedelta(days=table["plan_ahead_days"]),
            judge_after=timedelta(hours=table["judge_after_hours"]),
            judge_back=timedelta(days=table["judge_back_days"]),
            report=timedelta(days=table["report_days"]),
        )
    except (KeyError, TypeError) as error:
        raise ImproperlyConfigured("collections.toml: a value is missing or is no number.") from error
