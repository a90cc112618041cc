"""Dates and times as the NHS writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.foundation.web import filters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 3, 14, 5, tzinfo=UTC), "3 November 2026 at 2:05pm"),
        (datetime(2026, 7, 3, 14, 0, tzinfo=UTC), "3 July 2026 at 3pm"),
        (datetime(2026, 11, 3, 12, 0, tzinfo=UTC), "3 November 2026 at midday"),
        (datetime(2026, 11, 3, 0, 0, tzinfo=UTC), "3 November 2026 at midnight"),
        (datetime(2026, 11, 3, 0, 30, tzinfo=UTC), "3 November 2026 at 12:30am"),
        (None, ""),
    ],
)
def test_a_moment_is_written_in_local_time(value: datetime | None, text: str) -> None:
    assert filters.moment(value) == text


def test_a_day_and_its_name() -> None:
    assert filters.weekday(date(2026, 11, 3)) == "Tuesday 3 November 2026"


@pytest.mark.parametrize(("value", "text"), [(0, "0 pads"), (1, "1 pad"), (2000, "2,000 pads")])
def test_counts_agree_with_their_noun(value: int, text: str) -> None:
    assert filters.count(value, "pad") == text
