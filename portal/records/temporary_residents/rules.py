"""The clock of temporary residents' forms: a table that the operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table
from portal.foundation.workdays.calendar import working_calendar

TABLE = Path(__file__).resolve().parent / "data" / "temporary_residents.toml"


@dataclass(frozen=True, kw_only=True)
class FormRules:
    """The whole table. The first four are working days."""

    route_within: int
    remind_after: int
    overdue_after: int
    bag_within: int
    archive_after: timedelta
    erase_after: timedelta

    def routed_by(self, today: date) -> date:
        """By when the operator finds the practice."""
        return working_calendar().add(today, self.route_within)

    def reminded_on(self, today: date) -> date:
        """When a practice that has not downloaded it is reminded."""
        return working_calendar().add(today, self.remind_after)

    def downloaded_by(self, today: date) -> date:
        """By when the practice should have downloaded it; the operator sees it after that day."""
        return working_calendar().add(today, self.overdue_after)

    def bag_arrives_by(self, today: date) -> date:
        """By when a bag that the courier has should be at the hub."""
        return working_calendar().add(today, self.bag_within)


@cache
def form_rules() -> FormRules:
    """The table, read once. Raises ImproperlyConfigured, naming the file."""
    table = read_table(TABLE)
    try:
        return FormRules(
            route_within=int(table["route_within"]),
            remind_after=int(table["remind_after"]),
            overdue_after=int(table["overdue_after"]),
            bag_within=int(table["bag_within"]),
            archive_after=timedelta(days=table["archive_after_days"]),
            erase_after=timedelta(days=table["erase_after_days"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured("temporary_residents.toml: a value is missing or is no number.") from error
