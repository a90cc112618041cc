"""Working days: weekends, holidays, the cut-off, and both clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.foundation.workdays.calendar import WorkingCalendar

CALENDAR = WorkingCalendar(frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
DAYS = some.dates(date(2020, 1, 1), date(2035, 1, 1))


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
    ],
    ids=["no days", "over a weekend", "from a Saturday", "over Christmas"],
)
def test_working_days_are_added(start: date, number: int, end: date) -> None:
    assert CALENDAR.add(start, number) == end


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 23, 11, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 7, 1, 11, 30, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 12, 24, 18, 0, tzinfo=UTC), date(2026, 12, 29)),
    ],
    ids=[
        "before the cut-off",
        "at the cut-off",
        "12:30 in summer time",
        "the night the clocks go back",
        "Christmas Eve",
    ],
)
def test_work_starts_today_only_before_the_cut_off(moment: datetime, day: date) -> None:
    assert CALENDAR.start_of_work(moment) == day


@given(DAYS, some.integers(0, 60))
def test_adding_ends_on_a_working_day_that_many_days_on(start: date, number: int) -> None:
    end = CALENDAR.add(start, number)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.days_between(CALENDAR.next_working_day(start), end) == number


@given(DAYS, some.integers(0, 30), some.integers(0, 30))
def test_adding_twice_is_adding_the_sum(start: date, first: int, second: int) -> None:
    assert CALENDAR.add(CALENDAR.add(start, first), second) == CALENDAR.add(start, first + second)
