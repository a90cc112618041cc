"""The dates of a standing order: pure arithmetic over days; it reads no clock and no database."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """Every ``every_weeks`` weeks from ``first_on``, or on ``day_of_month`` of each month from then on.

    Exactly one of the two is given. ``ends_on`` is the last day that may be a date; None is for ever.
    """

    first_on: date
    every_weeks: int | None
    day_of_month: int | None
    ends_on: date | None

    def dates(self) -> Iterator[date]:
        """All dates in their order. The 31st is the last day of a shorter month.

        These are the dates that were asked for. What is ordered on a day that is no working day is
        ordered on the next one (``WorkingCalendar.next_working_day``).
        """
        for day in self._weekly() if self.every_weeks else self._monthly():
            if self.ends_on is not None and day > self.ends_on:
                return
            yield day

    def next_after(self, day: date) -> date | None:
        """The first date later than ``day``; None when there is none any more."""
        return next((each for each in self.dates() if each > day), None)

    def _weekly(self) -> Iterator[date]:
        day, step = self.first_on, timedelta(weeks=self.every_weeks or 1)
        while day.year < date.max.year:
            yield day
            day += step

    def _monthly(self) -> Iterator[date]:
        year, month = self.first_on.year, self.first_on.month
        while year < date.max.year:
            last = calendar.monthrange(year, month)[1]
            day = date(year, month, min(self.day_of_month or 1, last))
            if day >= self.first_on:
                yield day
            year, month = (year + 1, 1) if month == MONTHS else (year, month + 1)
