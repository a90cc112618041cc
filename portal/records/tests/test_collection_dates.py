"""The days on which the courier comes, and what a visit was: properties (J9)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.workdays.calendar import WorkingCalendar
from portal.records.collection_dates import comes_on, judged, usual_days

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(weekday=st.integers(0, 6), first=DAYS, length=st.integers(0, 90))
def test_usual_days_are_all_of_that_weekday_and_no_other(weekday: int, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    every = [first + timedelta(days=number) for number in range(length + 1)]
    assert list(usual_days(weekday, first, last)) == [day for day in every if day.weekday() == weekday]


@given(usual=DAYS, holidays=st.frozensets(DAYS, max_size=30))
def test_a_visit_never_falls_on_a_holiday_and_never_comes_early(usual: date, holidays: frozenset[date]) -> None:
    on = comes_on(usual, WorkingCalendar(holidays))
    assert on not in holidays and on >= usual
    assert on == usual or usual in holidays


@given(waiting=st.integers(0, 50), collected=st.integers(0, 50))
def test_a_visit_is_missed_exactly_when_something_waited_and_nothing_went(waiting: int, collected: int) -> None:
    state = judged(waiting, collected)
    assert (state == "missed") == (waiting > 0 and collected == 0)
    assert (state == "partly") == (0 < collected < waiting)
    assert (state == "nothing") == (waiting == 0 and collected == 0)
