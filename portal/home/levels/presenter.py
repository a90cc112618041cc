"""What the page of service levels says: strings and coordinates, no HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.foundation.levels.months import final_from
from portal.foundation.levels.reading import Figure
from portal.foundation.levels.source import Measure
from portal.foundation.web.filters import count, day, number
from portal.home.levels.chart import Chart, chart
from portal.home.levels.composing import Section, Series

_NONE = {"own": "None counted", "area": "Too few sites to show", "all": "Too few sites to show"}


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One figure with its definition, and a value for each series."""

    label: str
    definition: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """One month of the table that says the same as the picture."""

    month: str
    note: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """A feature's part of the page. ``in_words`` says the main figure in one sentence."""

    code: str
    label: str
    names: tuple[str, ...]
    in_words: str
    figures: tuple[FigureRow, ...]
    chart: Chart
    months: tuple[MonthRow, ...]


def section_view(section: Section, today: date) -> SectionView:
    """The strings of one part."""
    measures = section.source.measures
    main = next(each for each in measures if each.offered_for_chart)
    return SectionView(
        code=section.source.code,
        label=section.source.label,
        names=tuple(each.name for each in section.series),
        in_words=_in_words(section, main),
        figures=tuple(
            FigureRow(
                label=each.label,
                definition=each.definition,
                values=tuple(in_figures(series.total(each.code), each, series.mark) for series in section.series),
            )
            for each in measures
        ),
        chart=chart(section, main),
        months=tuple(
            MonthRow(
                month=f"{month:%B %Y}",
                note=f"May change until {day(final_from(month))}" if today < final_from(month) else "Final",
                values=tuple(in_figures(series.of(month, main.code), main, series.mark) for series in section.series),
            )
            for month in section.months
        ),
    )


def percent(figure: Figure) -> str:
    """The share in whole per cent; never 100 while anything is missing, never 0 while anything was met."""
    rounded = round(100 * figure.met / figure.counted)
    if figure.met < figure.counted:
        rounded = min(rounded, 99)
    if figure.met:
        rounded = max(rounded, 1)
    return f"{rounded}%"


def in_figures(figure: Figure | None, measure: Measure, mark: str) -> str:
    """A figure as the page says it."""
    if figure is None or not figure.counted:
        if measure.shape != "number":
            return _NONE[mark]
        return "0" if mark == "own" else "None, or too few sites"
    if measure.shape == "share":
        return f"{percent(figure)} ({number(figure.met)} of {number(figure.counted)})"
    if measure.shape == "rate":
        wrong = figure.counted - figure.met
        return f"{1000 * wrong / figure.counted:,.1f} in 1,000 ({number(wrong)} of {number(figure.counted)})"
    if measure.shape == "days":
        half, most = figure.days_of(0.5) or 0, figure.days_of(0.95) or 0
        return f"Half within {count(half, 'day')}, 95% within {number(most)} ({number(figure.counted)} counted)"
    return number(figure.counted)


def _in_words(section: Section, main: Measure) -> str:
    """The main figure of each series: "Your site: 96%. All sites: 91%."."""
    parts = [f"{each.name}: {_share(each, main)}." for each in section.series]
    return f"{main.label}. {' '.join(parts)}"


def _share(series: Series, main: Measure) -> str:
    figure = series.total(main.code)
    return percent(figure) if figure and figure.counted else _NONE[series.mark].lower()
