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


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("two\r\nBcc: everybody@example.org", "two Bcc: everybody@ example. org"),
        ("see https://evil.example/x", "see https: //evil. example/x"),
        ("Dr Smith, 1.5 boxes and/or none. Thanks", "Dr Smith, 1.5 boxes and/or none. Thanks"),
        ("a\u202egnp.exe\x00\u200bb", "a gnp. exe b"),
        ("", ""),
    ],
)
def test_somebody_elses_words_become_one_line_without_a_link(typed: str, said: str) -> None:
    assert filters.one_line(typed) == said


def test_words_in_an_email_are_capped() -> None:
    assert len(filters.one_line("a" * 5_000, 300)) == 300
