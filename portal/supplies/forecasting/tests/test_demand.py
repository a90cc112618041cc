"""The forecast keeps its promises whatever the history: borders of weeks, clocks, holidays, gaps, new items (J24)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.foundation.workdays.calendar import WorkingCalendar
from portal.supplies.forecasting.demand import WEEK, Demand, learn, look_ahead, week_of, working_days_of
from portal.supplies.forecasting.settings import ForecastSettings
from portal.supplies.forecasting.stock_curve import StockCurve, stock_curve

RULES = ForecastSettings()
PLAIN = WorkingCalendar(frozenset())
TODAY = date(2026, 11, 25)  # a Wednesday
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
holidays = st.frozensets(st.dates(date(2023, 1, 1), date(2031, 12, 31)), max_size=60)
packs = st.lists(st.integers(0, 500), min_size=0, max_size=130)


def history(values: list[int], *, until: date = TODAY) -> dict[date, int]:
    """Weeks of packs that end with the last whole week before ``until``."""
    last = week_of(until) - WEEK
    return {last - WEEK * back: value for back, value in enumerate(reversed(values))}


def learnt(values: list[int], *, until: date = TODAY, calendar: WorkingCalendar = PLAIN) -> Demand | None:
    return learn(history(values, until=until), until=until, calendar=calendar, settings=RULES)


def curve(free: int, demand: Demand, *, start: date = TODAY, calendar: WorkingCalendar = PLAIN) -> StockCurve:
    weeks = look_ahead(demand, start=start, calendar=calendar, settings=RULES)
    return stock_curve(free, demand, weeks, start=start, calendar=calendar, settings=RULES)


@given(values=packs, until=days, closed=holidays)
@settings(max_examples=150, deadline=None)
def test_whatever_the_history_the_numbers_are_sane(values: list[int], until: date, closed: frozenset[date]) -> None:
    calendar = WorkingCalendar(closed)
    demand = learnt(values, until=until, calendar=calendar)
    if demand is None:
        return
    assert demand.daily >= 0 and demand.scatter >= 0
    assert abs(demand.trend) <= RULES.largest_trend
    assert len(demand.season) == 12 and all(0.25 <= factor < 10 for factor in demand.season)
    # The rate of a short week is its packs over few days: the level still never exceeds the largest rate.
    rates = [
        value / days_of
        for week, value in history(values, until=until).items()
        if (days_of := working_days_of(calendar, week))
    ]
    assert demand.daily <= max(rates) * 4 + 1e-9  # 4: the season's least factor
    ahead = look_ahead(demand, start=until, calendar=calendar, settings=RULES)
    assert all(each.packs >= 0 for each in ahead)
    assert all(each.packs == 0 for each in ahead if each.working_days == 0)


@given(values=st.lists(st.integers(1, 60), min_size=6, max_size=110), free=st.integers(-20, 4000), until=days)
@settings(max_examples=150, deadline=None)
def test_the_curve_only_falls_and_its_dates_agree_with_it(values: list[int], free: int, until: date) -> None:
    demand = learnt(values, until=until)
    assert demand is not None
    found = curve(free, demand, start=until)
    expected = [point.expected for point in found.points]
    assert expected == sorted(expected, reverse=True)
    assert all(point.least <= point.expected <= point.most + 1e-9 for point in found.points if free > 0)
    assert (found.runs_out_on is None) == (expected[-1] > 1e-6)
    for day in (found.runs_out_on, found.order_by, found.runs_out_earliest):
        assert day is None or day >= until
    if found.runs_out_on is not None:
        assert found.order_by is not None and found.order_by <= found.runs_out_on
        assert found.runs_out_earliest is not None
        assert week_of(found.runs_out_earliest) <= week_of(found.runs_out_on)


@given(values=st.lists(st.integers(1, 60), min_size=6, max_size=110), free=st.integers(0, 1000))
@settings(max_examples=80, deadline=None)
def test_more_stock_never_runs_out_sooner_and_is_never_reason_to_order_more(values: list[int], free: int) -> None:
    demand = learnt(values)
    assert demand is not None
    less, more = curve(free, demand), curve(free + 25, demand)
    assert (more.runs_out_on or date.max) >= (less.runs_out_on or date.max)
    assert more.order_packs <= less.order_packs


@given(
    values=st.lists(st.integers(0, 60), min_size=8, max_size=110), times=st.integers(2, 9), until=days, closed=holidays
)
@settings(max_examples=100, deadline=None)
def test_so_many_times_the_orders_are_so_many_times_the_demand_and_no_other_trend_or_season(
    values: list[int], times: int, until: date, closed: frozenset[date]
) -> None:
    """No number in the rules stands for packs: boxes of ten or single pads are forecast alike."""
    calendar = WorkingCalendar(closed)
    one = learnt(values, until=until, calendar=calendar)
    many = learnt([value * times for value in values], until=until, calendar=calendar)
    assert (one is None) == (many is None)
    if one is not None and many is not None:
        assert many.daily == pytest.approx(one.daily * times)
        assert many.trend == pytest.approx(one.trend) and many.season == pytest.approx(one.season)


@given(
    values=st.lists(st.integers(1, 60), min_size=8, max_size=110),
    free=st.integers(0, 800),
    until=days,
    place=st.integers(0, 60),
)
@settings(max_examples=100, deadline=None)
def test_a_bank_holiday_ahead_takes_its_days_packs_and_never_brings_the_end_nearer(
    values: list[int], free: int, until: date, place: int
) -> None:
    demand, holiday = learnt(values, until=until), until + timedelta(days=place)
    assert demand is not None
    calendar = WorkingCalendar(frozenset({holiday}))
    open_weeks = look_ahead(demand, start=until, calendar=PLAIN, settings=RULES)
    weeks = look_ahead(demand, start=until, calendar=calendar, settings=RULES)
    for plain, found in zip(open_weeks, weeks, strict=True):
        lost = int(found.week == week_of(holiday) and PLAIN.is_working_day(holiday))
        assert found.working_days == plain.working_days - lost
        assert found.packs == pytest.approx(plain.packs * (1 - lost / max(1, plain.working_days)))
    without, ends = curve(free, demand, start=until), curve(free, demand, start=until, calendar=calendar)
    assert (ends.runs_out_on or date.max) >= (without.runs_out_on or date.max)
    assert ends.runs_out_on in (None, until) or calendar.is_working_day(ends.runs_out_on)


@given(day=days)
def test_every_day_of_a_week_learns_from_the_same_whole_weeks(day: date) -> None:
    """The border of the period: Sunday night and Monday morning differ by one week, no other moment does."""
    values = history(list(range(3, 33)), until=week_of(day))
    same = {
        learn(values, until=week_of(day) + timedelta(days=number), calendar=PLAIN, settings=RULES)
        for number in range(7)
    }
    assert len(same) == 1


def test_orders_of_the_week_that_is_not_over_do_not_count() -> None:
    values = history([10] * 20)
    half = {**values, week_of(TODAY): 1}
    assert learn(half, until=TODAY, calendar=PLAIN, settings=RULES) == learnt([10] * 20)


def test_a_bank_holiday_is_neither_less_demand_nor_more() -> None:
    """Eight packs in a week of four days and ten in one of five are the same demand."""
    christmas = WorkingCalendar(frozenset({week_of(TODAY) - WEEK * 3 + timedelta(days=2)}))
    values = [10] * 17 + [8] + [10] * 2
    demand = learnt(values, calendar=christmas)
    assert demand is not None and demand.daily == pytest.approx(2.0)
    ahead = WorkingCalendar(frozenset({week_of(TODAY) + WEEK + timedelta(days=1)}))
    found = look_ahead(demand, start=TODAY, calendar=ahead, settings=RULES)
    assert [round(each.packs, 6) for each in found[:3]] == [6, 8, 10]  # Wednesday on; a holiday; a whole week


def test_a_week_without_any_working_day_teaches_nothing() -> None:
    closed_week = week_of(TODAY) - WEEK * 2
    closed = WorkingCalendar(frozenset(closed_week + timedelta(days=number) for number in range(5)))
    assert learnt([10] * 18 + [0, 10], calendar=closed) is not None
    demand = learnt([10] * 18 + [0, 10], calendar=closed)
    assert demand is not None and demand.daily == pytest.approx(2.0) and demand.weeks == 19


@pytest.mark.parametrize("until", [date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 25), date(2026, 10, 26)])
def test_the_change_of_the_clocks_changes_nothing(until: date) -> None:
    """Weeks are dates and not spans of hours. Which day an order falls on is tested in test_collect.py."""
    values = [10] * 30
    demand = learnt(values, until=until)
    assert demand is not None and demand.weekly == pytest.approx(10) and demand.trend == 0


def test_a_new_item_is_not_less_wanted_for_not_having_existed() -> None:
    demand = learnt([0] * 60 + [20] * 8)
    assert demand is not None and demand.weeks == 8 and demand.weekly == pytest.approx(20)
    assert learnt([0] * 60 + [20] * 5) is None
    assert learnt([]) is None and learnt([0] * 90) is None


def test_gaps_after_the_first_order_are_weeks_without_demand() -> None:
    full = history([10] * 20)
    gaps = {week: value for place, (week, value) in enumerate(sorted(full.items())) if place % 2 == 0}
    demand = learn(gaps, until=TODAY, calendar=PLAIN, settings=RULES)
    assert demand is not None and 4 <= demand.weekly <= 6


def test_one_huge_order_is_not_a_new_level() -> None:
    values = [10, 12, 9, 11, 10, 8, 12, 10, 11, 9, 10, 12, 10]
    plain, huge = learnt([*values, 10]), learnt([*values, 900])
    assert plain is not None and huge is not None
    assert huge.weekly < plain.weekly * 1.2


def test_a_trend_is_believed_when_it_is_one() -> None:
    rising = learnt([20 + place for place in range(40)])
    assert rising is not None and rising.trend > 0.2
    wild = learnt([20 if place % 2 else 60 for place in range(40)])
    assert wild is not None and wild.trend == 0


def test_a_season_is_believed_when_two_years_agree() -> None:
    def value(week: date, *, other_way: bool = False) -> int:
        winter = week.month in (10, 11, 12, 1)
        return 60 if winter != other_way else 20

    weeks = {week_of(TODAY) - WEEK * back: value(week_of(TODAY) - WEEK * back) for back in range(1, 112)}
    demand = learn(weeks, until=TODAY, calendar=PLAIN, settings=RULES)
    assert demand is not None and demand.season[10] > 1.2 > 0.9 > demand.season[5]
    year_ago = week_of(TODAY) - WEEK * 52
    quarrel = {week: value(week, other_way=week < year_ago) for week in weeks}
    demand = learn(quarrel, until=TODAY, calendar=PLAIN, settings=RULES)
    assert demand is not None and set(demand.season) == {1.0}


def test_stock_that_lasts_beyond_the_weeks_looked_at_has_no_date() -> None:
    demand = learnt([10] * 20)
    assert demand is not None
    assert curve(10_000, demand).runs_out_on is None
    assert curve(0, demand).runs_out_on == TODAY
    # Two a working day from Wednesday: six packs last Wednesday, Thursday and Friday.
    assert curve(6, demand).runs_out_on == date(2026, 11, 27)
    assert curve(7, demand).runs_out_on == date(2026, 11, 30)
