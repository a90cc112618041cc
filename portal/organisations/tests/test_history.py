"""Releases in any order: what a release said of its day stays true, and newer ones win."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.organisations.ods_import.history import Period, with_release
from portal.organisations.ods_import.state import State

_BLANK = State("", "gp_practice", "active", [], "", True, "", "", "", "", "", None, None, [])
DAY = date(2020, 1, 1)


def _state(name: str) -> State:
    return _BLANK._replace(name=name)


def _day(number: int) -> date:
    return DAY + timedelta(days=number)


def _after(*releases: tuple[int, str]) -> list[Period]:
    """The history after importing these releases (day, name) in this order."""
    (first, name), *others = releases
    periods = [Period(valid_from=_day(first), valid_to=None, last_seen_on=_day(first), state=_state(name))]
    for index, (day, name) in enumerate(others, 1):
        known = [_day(earlier) for earlier, _ in releases[:index]]
        periods = with_release(periods, _state(name), _day(day), known)
    return periods


def _told(periods: list[Period]) -> list[tuple[int, int | None, str]]:
    return [
        ((each.valid_from - DAY).days, (each.valid_to - DAY).days if each.valid_to else None, each.state.name)
        for each in periods
    ]


@pytest.mark.parametrize(
    ("releases", "told"),
    [
        ([(10, "A"), (20, "A")], [(10, None, "A")]),
        ([(10, "A"), (20, "B")], [(10, 20, "A"), (20, None, "B")]),
        ([(20, "B"), (10, "A")], [(10, 20, "A"), (20, None, "B")]),
        ([(20, "A"), (10, "A")], [(10, None, "A")]),
        ([(10, "A"), (30, "C"), (20, "B")], [(10, 20, "A"), (20, 30, "B"), (30, None, "C")]),
        ([(10, "A"), (30, "C"), (20, "C")], [(10, 20, "A"), (20, None, "C")]),
        ([(10, "A"), (30, "C"), (20, "A")], [(10, 30, "A"), (30, None, "C")]),
        ([(10, "A"), (30, "A"), (20, "B")], [(10, 20, "A"), (20, 30, "B"), (30, None, "A")]),
        ([(10, "A"), (20, "A"), (30, "A"), (15, "B")], [(10, 15, "A"), (15, 20, "B"), (20, None, "A")]),
        ([(10, "A"), (10, "B")], [(10, None, "B")]),
        ([(10, "A"), (20, "B"), (20, "C")], [(10, 20, "A"), (20, None, "C")]),
    ],
)
def test_a_release_finds_its_place(releases: list[tuple[int, str]], told: list[tuple[int, int | None, str]]) -> None:
    assert _told(_after(*releases)) == told


_RELEASES = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from("ABC")), min_size=1, max_size=9, unique_by=lambda r: r[0]
)


@given(_RELEASES)
def test_whatever_the_order_each_release_is_true_of_its_day(releases: list[tuple[int, str]]) -> None:
    periods = _after(*releases)

    for day, name in releases:
        holding = [
            each
            for each in periods
            if each.valid_from <= _day(day) and (not each.valid_to or _day(day) < each.valid_to)
        ]
        assert [each.state.name for each in holding] == [name]


@given(_RELEASES)
def test_the_newest_release_is_what_is_so_now(releases: list[tuple[int, str]]) -> None:
    assert _after(*releases)[-1].state.name == max(releases)[1]


@given(_RELEASES)
def test_periods_adjoin_and_only_the_last_is_open(releases: list[tuple[int, str]]) -> None:
    periods = _after(*releases)

    assert [each.valid_to for each in periods[:-1]] == [each.valid_from for each in periods[1:]]
    assert periods[-1].valid_to is None
    assert all(each.valid_to is None or each.valid_from < each.valid_to for each in periods)


@given(_RELEASES)
def test_a_release_that_comes_again_changes_nothing(releases: list[tuple[int, str]]) -> None:
    periods = _after(*releases)

    for day, name in releases:
        assert with_release(periods, _state(name), _day(day), [_day(each) for each, _ in releases]) == periods
