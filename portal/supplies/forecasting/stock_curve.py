"""When stock runs out and when to order more, from the weeks ahead. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.foundation.workdays.calendar import WorkingCalendar
from portal.supplies.forecasting.demand import Demand, WeekAhead
from portal.supplies.forecasting.settings import ForecastSettings

_EIGHT_OF_TEN = 1.28


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """Packs left at the end of a week: what is expected, and the least and most in 8 of 10 cases."""

    week: date
    packs: float
    expected: float
    least: float
    most: float


@dataclass(frozen=True, kw_only=True)
class StockCurve:
    """How the stock goes down. A date is None where it lies beyond the weeks that were looked at."""

    points: tuple[CurvePoint, ...]
    runs_out_on: date | None
    runs_out_earliest: date | None
    reorder_point: int
    order_by: date | None
    order_packs: int


def stock_curve(
    free: int, demand: Demand, weeks: Sequence[WeekAhead], *, start: date, calendar: WorkingCalendar,
    settings: ForecastSettings,
) -> StockCurve:  # fmt: skip
    """The curve of ``free`` packs (less than nothing: orders wait already) through the weeks ahead."""
    points, used, variance = [], 0.0, 0.0
    for each in weeks:
        used += each.packs
        variance += each.scatter**2
        width = _EIGHT_OF_TEN * math.sqrt(variance)
        points.append(
            CurvePoint(
                week=each.week,
                packs=each.packs,
                expected=max(0.0, free - used),
                least=max(0.0, free - used - width),
                most=max(0.0, min(float(max(free, 0)), free - used + width)),
            )
        )
    reorder_point = _reorder_point(demand, weeks, settings)
    review = sum(each.packs for each in weeks[: settings.review_weeks])
    return StockCurve(
        points=tuple(points),
        runs_out_on=_day_below(free, 0, weeks, start, calendar),
        runs_out_earliest=_first_zero(points, start),
        reorder_point=reorder_point,
        order_by=_day_below(free, reorder_point, weeks, start, calendar),
        order_packs=max(0, math.ceil(reorder_point + review - free)),
    )


def _reorder_point(demand: Demand, weeks: Sequence[WeekAhead], settings: ForecastSettings) -> int:
    """Packs that last until an order placed now has come, and a reserve against scatter."""
    left, needed = settings.supplier_working_days, 0.0
    for each in weeks:
        if left <= 0 or not each.working_days:
            continue
        days = min(left, each.working_days)
        needed += each.packs * days / each.working_days
        left -= days
    reserve = settings.safety * demand.scatter * math.sqrt(settings.supplier_working_days / 5)
    return math.ceil(needed + reserve)


def _day_below(free: int, line: int, weeks: Sequence[WeekAhead], start: date, calendar: WorkingCalendar) -> date | None:
    """The first working day on which no more than ``line`` packs are expected to be left."""
    if free <= line:
        return start
    left = float(free)
    for week in weeks:
        daily = week.packs / week.working_days if week.working_days else 0.0
        for number in range(7):
            day = week.week + timedelta(days=number)
            if day < start or not calendar.is_working_day(day):
                continue
            left -= daily
            if left <= line + 1e-9:
                return day
    return None


def _first_zero(points: Sequence[CurvePoint], start: date) -> date | None:
    """The Monday, or today, of the first week that may end with nothing."""
    return next((max(point.week, start) for point in points if point.least <= 0), None)
