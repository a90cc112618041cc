"""From weeks of orders to weeks to come. Pure: it reads no database and no clock.

Everything is counted in calendar weeks from Monday and in working days, so that neither the change of the clocks
nor a bank holiday looks like a change of demand. The level is the mean of recent weeks in which single
outliers count only as far as is usual. A trend is believed only when the rank test says so, a season only when
two years agree: otherwise both are left out, and the page says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, median

from portal.foundation.workdays.calendar import WorkingCalendar
from portal.supplies.forecasting.settings import ForecastSettings

WEEK = timedelta(days=7)
_SURE = 1.96  # of 100 series without a trend about 5 pass this
_USUAL = 3 * 1.4826  # median deviations from the median that still count as usual
_DAYS_OF_A_WEEK = 5


def week_of(day: date) -> date:
    """The Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())


def working_days_of(calendar: WorkingCalendar, week: date) -> int:
    """How many working days the week from this Monday has."""
    return sum(calendar.is_working_day(week + timedelta(days=number)) for number in range(7))


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What was learnt: packs a working day, how they change from week to week, and how far weeks scatter.

    ``trend`` is the part by which the daily packs change over the weeks ahead, 0 where none is believed.
    ``season`` holds twelve factors, all 1 where none is believed. ``weeks`` whole weeks were looked at.
    """

    daily: float
    trend: float
    season: tuple[float, ...]
    scatter: float
    weeks: int

    @property
    def weekly(self) -> float:
        """Packs in a week without a holiday, now."""
        return self.daily * _DAYS_OF_A_WEEK


@dataclass(frozen=True, kw_only=True)
class WeekAhead:
    """One week to come: packs that will be asked for, and the likely least and most (8 of 10 times between)."""

    week: date
    working_days: int
    packs: float
    scatter: float


def learn(
    weeks: Mapping[date, int], *, until: date, calendar: WorkingCalendar, settings: ForecastSettings
) -> Demand | None:
    """What the weeks before the one of ``until`` teach; None when they are too few.

    ``weeks`` maps Mondays to packs asked for. History begins with the first week that has an order: an item is
    not less wanted for not having existed. Weeks missing after that are weeks in which nothing was asked for.
    """
    rates, first = _rates(weeks, until, calendar)
    if len(rates) < settings.shortest_history:
        return None
    season = _season(rates, first, settings)
    level_rates = [rate / season[_month(first, place)] for place, rate in rates]
    recent = _without_outliers(level_rates[-settings.level_weeks :])
    daily = mean(recent)
    trend = _trend(_without_outliers(level_rates[-settings.trend_weeks :]), daily, settings)
    scatter = _scatter(recent, daily)
    return Demand(daily=daily, trend=trend, season=season, scatter=scatter, weeks=len(rates))


def look_ahead(
    demand: Demand, *, start: date, calendar: WorkingCalendar, settings: ForecastSettings
) -> list[WeekAhead]:
    """The weeks from ``start`` on, that day's week first and only what is left of it."""
    found = []
    for number in range(settings.weeks_ahead):
        week = week_of(start) + number * WEEK
        days = [week + timedelta(days=place) for place in range(7)]
        left = sum(calendar.is_working_day(day) for day in days if day >= start)
        share = (number + 1) / settings.weeks_ahead
        daily = max(0.0, demand.daily * (1 + demand.trend * share)) * demand.season[_middle(week).month - 1]
        packs = daily * left
        found.append(
            WeekAhead(
                week=week, working_days=left, packs=packs, scatter=demand.scatter * math.sqrt(left / _DAYS_OF_A_WEEK)
            )
        )
    return found


def _rates(weeks: Mapping[date, int], until: date, calendar: WorkingCalendar) -> tuple[list[tuple[int, float]], date]:
    """Packs a working day for each whole week, numbered from the first; a week without a working day is left out."""
    end = week_of(until)
    asked = [week for week, packs in weeks.items() if packs > 0 and week < end]
    if not asked:
        return [], end
    first = min(asked)
    rates = []
    for place in range((end - first).days // 7):
        week = first + place * WEEK
        if days := working_days_of(calendar, week):
            rates.append((place, max(0, weeks.get(week, 0)) / days))
    return rates, first


def _middle(week: date) -> date:
    return week + timedelta(days=3)


def _month(first: date, place: int) -> int:
    return _middle(first + place * WEEK).month - 1


def _without_outliers(rates: Sequence[float]) -> list[float]:
    """Each rate, but none further from the median than is usual: one huge order is not a new level."""
    middle = median(rates)
    usual = _USUAL * median([abs(rate - middle) for rate in rates])
    if usual == 0:  # most weeks are alike, for example empty: then a rare order is all the demand there is
        return list(rates)
    return [min(max(rate, middle - usual), middle + usual) for rate in rates]


def _trend(rates: Sequence[float], daily: float, settings: ForecastSettings) -> float:
    """The change over the weeks ahead as a part of the level (Theil and Sen), where Mann and Kendall believe it."""
    count = len(rates)
    if count < settings.trend_weeks or daily <= 0:
        return 0.0
    pairs = [(later, earlier) for later in range(count) for earlier in range(later)]
    balance = sum((rates[later] > rates[earlier]) - (rates[later] < rates[earlier]) for later, earlier in pairs)
    ties = [rates.count(value) for value in set(rates)]
    spread = (count * (count - 1) * (2 * count + 5) - sum(tie * (tie - 1) * (2 * tie + 5) for tie in ties)) / 18
    if spread <= 0 or (abs(balance) - 1) / math.sqrt(spread) < _SURE:
        return 0.0
    slope = median([(rates[later] - rates[earlier]) / (later - earlier) for later, earlier in pairs])
    part = slope * settings.weeks_ahead / daily
    return max(-settings.largest_trend, min(settings.largest_trend, part))


def _season(rates: Sequence[tuple[int, float]], first: date, settings: ForecastSettings) -> tuple[float, ...]:
    """Twelve factors, drawn half way to 1, where the last two years rise and fall together; else twelve times 1."""
    flat = (1.0,) * 12
    last = rates[-1][0] if rates else 0
    if last + 1 < 52 * settings.season_years:
        return flat
    years = []
    for back in range(settings.season_years):
        rows = [(place, rate) for place, rate in rates if 52 * back <= last - place < 52 * (back + 1)]
        overall = mean(rate for _, rate in rows)
        months = [[rate for place, rate in rows if _month(first, place) == month] for month in range(12)]
        if overall <= 0 or not all(months):
            return flat
        years.append([mean(month) / overall for month in months])
    if any(_agreement(years[0], other) < 0.6 for other in years[1:]):
        return flat
    factors = [1 + (mean(values) - 1) / 2 for values in zip(*years, strict=True)]
    return tuple(max(0.25, factor) for factor in factors)


def _agreement(one: Sequence[float], other: Sequence[float]) -> float:
    """The correlation of two years; 0 where one of them is flat."""
    left, right = [value - mean(one) for value in one], [value - mean(other) for value in other]
    size = math.sqrt(sum(value * value for value in left) * sum(value * value for value in right))
    return sum(a * b for a, b in zip(left, right, strict=True)) / size if size > 1e-9 else 0.0


def _scatter(rates: Sequence[float], daily: float) -> float:
    """Packs by which whole weeks scatter, never less than single orders would by chance alone."""
    weekly = [rate * _DAYS_OF_A_WEEK for rate in rates]
    middle = daily * _DAYS_OF_A_WEEK
    found = math.sqrt(sum((packs - middle) ** 2 for packs in weekly) / max(1, len(weekly) - 1))
    return max(found, math.sqrt(middle))
