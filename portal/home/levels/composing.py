"""Bringing together what is published and, for a site, its own: a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from portal.foundation.access import Actor
from portal.foundation.levels.months import months_between
from portal.foundation.levels.reading import Counts, Figure, LevelFilter, areas_published, own, published
from portal.foundation.levels.source import LevelSource, all_sources
from portal.organisations.api import names_of


@dataclass(frozen=True, kw_only=True)
class Series:
    """The counts of one group of sites, under the name that pages give it."""

    name: str
    mark: str  # own, area or all
    counts: Counts

    def total(self, measure: str) -> Figure | None:
        """The figure over all the months; None where nothing is counted."""
        found = [month[measure] for month in self.counts.values() if measure in month]
        if not found:
            return None
        whole = Figure()
        for each in found:
            whole.counted, whole.met = whole.counted + each.counted, whole.met + each.met
            for days, number in each.days.items():
                whole.days[days] += number
        return whole

    def of(self, month: date, measure: str) -> Figure | None:
        """The figure of one month."""
        return self.counts.get(month, {}).get(measure)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A feature's levels: the same months for each series, those of the reader's own site first."""

    source: LevelSource
    months: tuple[date, ...]
    series: tuple[Series, ...]


def areas_to_choose(*, besides: str = "") -> dict[str, str]:
    """Each area with figures of its own, and one ``besides``, with its name."""
    return names_of(sorted({*areas_published(), *([besides] if besides else [])}))


def sections(actor: Actor, wanted: LevelFilter, areas: Mapping[str, str]) -> list[Section]:
    """What the page shows of each feature."""
    everywhere = published(replace(wanted, area=""))
    in_area = published(wanted) if wanted.area else {}
    months = tuple(months_between(wanted.first, wanted.last))
    found = []
    for source in all_sources():
        series = list(_own(actor, source, wanted))
        if wanted.area:
            name = areas.get(wanted.area, wanted.area)
            series.append(Series(name=name, mark="area", counts=in_area.get(source.code, {})))
        series.append(Series(name="All sites", mark="all", counts=everywhere.get(source.code, {})))
        found.append(Section(source=source, months=months, series=tuple(series)))
    return found


def _own(actor: Actor, source: LevelSource, wanted: LevelFilter) -> Iterable[Series]:
    if actor.audience == "contractor" and actor.can(source.permission):
        yield Series(name="Your site", mark="own", counts=own(actor, source, wanted))
