"""The durations, places and limits of records: a table that an operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table
from portal.foundation.workdays.calendar import working_calendar

TABLE = Path(__file__).resolve().parent / "data" / "records.toml"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Working days for each step; ``lost_after_days`` are calendar days."""

    prepare: int
    collect: int
    deliver: int
    urgent_confirm: int
    urgent_deliver: int
    missing_after: int
    lost_after_days: int

    def expected_by(self, asked_on: date, *, urgent: bool) -> date:
        """When a record that is asked for today should have arrived."""
        steps = (self.urgent_confirm, self.urgent_deliver) if urgent else (self.prepare, self.collect, self.deliver)
        return working_calendar().add(asked_on, sum(steps))

    def lost_on(self, missing_since: date) -> date:
        """When a record that is missing counts as lost."""
        return missing_since + timedelta(days=self.lost_after_days)


@dataclass(frozen=True, kw_only=True)
class RecordsPolicy:
    """The whole table. ``courier``, ``hub`` and ``store`` are the codes of the places used unless another is named."""

    clock: Clock
    courier: str
    hub: str
    store: str
    names: dict[str, str]
    scans_at_once: int
    clock_ahead: timedelta


@cache
def records_policy() -> RecordsPolicy:
    """The table, read once. Raises ImproperlyConfigured, saying what is wrong with it."""
    table = read_table(TABLE)
    try:
        return RecordsPolicy(
            clock=Clock(**table["clock"]),
            names=dict(table["names"]),
            scans_at_once=int(table["scans"]["at_once"]),
            clock_ahead=timedelta(minutes=table["scans"]["clock_ahead_minutes"]),
            **table["places"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"records.toml is not complete: {error}") from error
