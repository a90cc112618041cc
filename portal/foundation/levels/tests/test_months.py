"""Months and when they are final."""

from datetime import date, timedelta

import pytest

from portal.foundation.levels.months import add_months, begin_of, final_from, month_of, months_between


def test_months_go_over_the_end_of_a_year() -> None:
    assert add_months(date(2026, 11, 1), 3) == date(2027, 2, 1)
    assert add_months(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert list(months_between(date(2025, 12, 31), date(2026, 2, 1))) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_every_day_lies_in_the_month_that_contains_it() -> None:
    day = date(2023, 12, 15)
    while day < date(2026, 3, 1):
        month = month_of(day)
        assert month <= day < add_months(month, 1)
        day += timedelta(days=1)


def test_a_month_is_final_three_months_after_its_end() -> None:
    assert final_from(date(2026, 8, 1)) == date(2026, 12, 1)


@pytest.mark.parametrize(("month", "hour"), [(date(2026, 4, 1), 23), (date(2026, 11, 1), 0)])
def test_a_month_begins_at_midnight_of_the_clock_on_the_wall(month: date, hour: int) -> None:
    from datetime import UTC

    assert begin_of(month).astimezone(UTC).hour == hour
