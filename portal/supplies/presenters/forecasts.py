"""What the forecast pages say, and the numbers of the picture. Strings and coordinates, no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.foundation.web.filters import count, day, number
from portal.supplies.forecasting.selectors import ItemForecast
from portal.supplies.forecasting.stock_curve import StockCurve

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720.0, 300.0, 60.0, 40.0, 20.0


@dataclass(frozen=True, kw_only=True)
class ForecastRow:
    """One row of the list."""

    item: str
    item_code: str
    free: str
    weekly: str
    runs_out: str
    order_by: str
    order_packs: str
    expected: str
    state: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class WeekRow:
    """One week of the table below the picture."""

    week: str
    packs: str
    expected: str
    least: str
    most: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The curve as coordinates of an SVG picture; ``words`` say the same for those who do not see it."""

    width: float
    height: float
    left: float
    base: float
    line: str
    band: str
    reorder: float
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    words: str


def forecast_row(found: ItemForecast) -> ForecastRow:
    """An item's forecast in words."""
    state, colour = _state(found)
    curve = found.curve
    return ForecastRow(
        item=found.item.name,
        item_code=found.item.code,
        free=number(found.free),
        weekly=f"{found.demand.weekly:,.1f}" if found.demand else "Not known",
        runs_out=_runs_out(found),
        order_by=(day(curve.order_by) or "Not in the weeks ahead") if curve else "Not known",
        order_packs=number(curve.order_packs) if curve else "Not known",
        expected=day(found.expected_on) or "Not announced",
        state=state,
        colour=colour,
    )


BUYING_HEADS = (
    "Code", "Item", "State", "Free packs", "Packs a week", "Runs out", "Buy by", "Packs to buy", "Next delivery",
)  # fmt: skip


def buying_rows(found: Iterable[ItemForecast]) -> Iterator[tuple[Any, ...]]:
    """The same as a file: numbers and dates as such, empty where nothing can be said."""
    for each in found:
        demand, curve = each.demand, each.curve
        yield (
            each.item.code, each.item.name, _state(each)[0], each.free, round(demand.weekly, 1) if demand else None,
            curve.runs_out_on if curve else None, curve.order_by if curve else None,
            curve.order_packs if curve else None, each.expected_on,
        )  # fmt: skip


def _runs_out(found: ItemForecast) -> str:
    if found.curve is None:
        return "Too few orders to say"
    if found.free <= 0:
        return "Out now"
    return day(found.curve.runs_out_on) or f"After {day(found.curve.points[-1].week)}"


def _state(found: ItemForecast) -> tuple[str, str]:
    if found.curve is None:
        return "Not known", "grey"
    if found.free <= 0:
        return "Out", "red"
    if found.free <= found.curve.reorder_point:
        return "Order now", "orange"
    return "Enough", "green"


def how_it_was_found(found: ItemForecast) -> list[str]:
    """The method in plain words, with what was left out of it."""
    demand, curve = found.demand, found.curve
    if demand is None or curve is None:
        return ["There are too few whole weeks of orders. A forecast would be a guess, so there is none."]
    change = f"{abs(demand.trend):.0%}"
    trend = (
        f"It is {'rising' if demand.trend > 0 else 'falling'}: {change} over the weeks ahead." if demand.trend else ""
    )
    season = "Two years agree on a season, so the months differ."
    return [
        f"Sites ask for about {demand.weekly:,.1f} packs a week. This rests on {count(demand.weeks, 'whole week')}.",
        trend or "No clear trend was found, so none is used.",
        season if any(factor != 1 for factor in demand.season) else "No season was found that two years agree on.",
        f"Order again at {count(curve.reorder_point, 'free pack')}.",
        "That covers what is asked for until a delivery comes, and a reserve.",
    ]


def week_rows(curve: StockCurve) -> list[WeekRow]:
    """The same as the picture, week by week."""
    return [
        WeekRow(
            week=day(point.week),
            packs=f"{point.packs:,.1f}",
            expected=number(round(point.expected)),
            least=number(round(point.least)),
            most=number(round(point.most)),
        )
        for point in curve.points
    ]


def picture(found: ItemForecast) -> Picture | None:
    """The curve to draw; None where nothing can be said."""
    curve = found.curve
    if curve is None:
        return None
    free = float(max(found.free, 0))
    highest = max([free, float(curve.reorder_point), 1.0]) * 1.05
    step = (_WIDTH - _LEFT - 10) / len(curve.points)
    base = _HEIGHT - _BOTTOM

    def x(place: int) -> float:
        return round(_LEFT + step * place, 1)

    def y(packs: float) -> float:
        return round(base - (base - _TOP) * packs / highest, 1)

    line = [(x(0), y(free)), *((x(place), y(point.expected)) for place, point in enumerate(curve.points, start=1))]
    upper = [(x(0), y(free)), *((x(place), y(point.most)) for place, point in enumerate(curve.points, start=1))]
    lower = [(x(place), y(point.least)) for place, point in enumerate(curve.points, start=1)]
    marks = range(0, max(1, len(curve.points) - 2), max(1, len(curve.points) // 5))
    return Picture(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        base=base,
        line=_path(line),
        band=_path([*upper, *reversed(lower)]),
        reorder=y(float(curve.reorder_point)),
        across=tuple(Tick(at=x(place), text=f"{curve.points[place].week:%-d %b}") for place in marks),
        up=tuple(Tick(at=y(highest * part / 4), text=number(round(highest * part / 4))) for part in range(5)),
        words=_words(found, curve),
    )


def _path(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{left},{top}" for left, top in points)


def _words(found: ItemForecast, curve: StockCurve) -> str:
    if found.free <= 0:
        return f"No pack of {found.item.name} is free."
    words = f"{count(found.free, 'pack')} of {found.item.name} are free."
    if curve.runs_out_on is None:
        return f"{words} They are expected to last beyond the weeks shown."
    earliest = curve.runs_out_earliest
    sooner = f" It could be as early as the week of {day(earliest)}." if earliest else ""
    return f"{words} They are expected to run out on {day(curve.runs_out_on)}.{sooner}"
