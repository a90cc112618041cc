"""On which days a courier comes: pure arithmetic over days; it reads no clock and no database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from portal.foundation.workdays.calendar import WorkingCalendar

_WEEK = timedelta(days=7)


def usual_days(weekday: int, first: date, last: date) -> Iterator[date]:
    """Every such ``weekday`` (0 is Monday) from ``first`` to ``last``, both included."""
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        yield day
        day += _WEEK


def comes_on(usual: date, calendar: WorkingCalendar) -> date:
    """The day on which the courier comes for a visit that is usual on ``usual``: holidays move it to the next
    working day. A round on a Saturday or Sunday moves only when that day itself is a holiday."""
    return usual if usual not in calendar.holidays else calendar.next_working_day(usual)


def judged(waiting: int, collected: int) -> str:
    """What a visit was (a state of ``COLLECTION``), from the bags that waited and those that were collected."""
    if collected:
        return "made" if collected >= waiting else "partly"
    return "missed" if waiting else "nothing"
