"""The date a line is promised for, in working days (J5)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from portal.foundation.workdays.calendar import WorkingCalendar


def promised_date(
    calendar: WorkingCalendar, *, now: datetime, lead_time: int, in_stock: bool, expected_on: date | None
) -> date | None:
    """When a line should be at the site; None when nobody can say, because stock is out and none is announced.

    A delivery that should have come before today and did not is no longer an announcement.

    ``lead_time`` is in working days from the day work starts (today before the cut-off), or from the
    day the supplier's delivery is expected, whichever is later.
    """
    start = calendar.start_of_work(now)
    if not in_stock:
        if expected_on is None or expected_on < timezone.localdate(now):
            return None
        start = max(start, calendar.next_working_day(expected_on))
    return calendar.add(start, lead_time)
