"""Reading what is published, a site's own, and the raw rows. Everybody's page adds up the same rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q, Sum

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import NotFound
from portal.foundation.levels.counting import period
from portal.foundation.levels.models import CountedMonth, LevelCount
from portal.foundation.levels.source import LevelSource

Counts = dict[date, "dict[str, Figure]"]


@dataclass
class Figure:
    """What was counted of one measure, and how many things took how many days."""

    counted: int = 0
    met: int = 0
    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, days: int, counted: int, met: int) -> None:
        """Adds a row."""
        self.counted += counted
        self.met += met
        self.days[days] += counted

    def days_of(self, share: float) -> int | None:
        """The number of days in which ``share`` of them were done; None without any."""
        reached = 0
        for days in sorted(self.days):
            reached += self.days[days]
            if reached >= share * self.counted:
                return days
        return None


@dataclass(frozen=True, kw_only=True)
class LevelFilter:
    """Which rows: the months from ``first`` to ``last``; an empty value stands for all. ``kinds`` narrows by source."""

    first: date
    last: date
    area: str = ""
    contractor_type: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)


def published(wanted: LevelFilter) -> dict[str, Counts]:
    """What is published, by source and month; one query whose work is bounded by the months."""
    narrowed = Q(month__gte=wanted.first, month__lte=wanted.last)
    if wanted.area:
        narrowed &= Q(area=wanted.area)
    if wanted.contractor_type:
        narrowed &= Q(contractor_type=wanted.contractor_type)
    for code, kind in wanted.kinds.items():
        narrowed &= ~Q(source=code) | Q(kind=kind)
    found: dict[str, Counts] = defaultdict(dict)
    rows = LevelCount.objects.filter(narrowed).values_list("source", "month", "measure", "days")
    for source, month, measure, days, counted, met in rows.annotate(Sum("counted"), Sum("met")):
        found[source].setdefault(month, {}).setdefault(measure, Figure()).add(days, counted, met)
    return found


def published_rows(wanted: LevelFilter) -> Iterator[tuple[Any, ...]]:
    """The rows themselves, for a download."""
    rows = LevelCount.objects.filter(month__gte=wanted.first, month__lte=wanted.last).order_by(
        "source", "month", "area", "contractor_type", "kind", "measure", "days"
    )
    return rows.values_list(
        "source", "month", "area", "contractor_type", "kind", "measure", "days", "counted", "met", "sites"
    ).iterator(chunk_size=2000)


def areas_published() -> list[str]:
    """The codes of the areas that have rows of their own."""
    return list(LevelCount.objects.exclude(area="").values_list("area", flat=True).distinct().order_by("area"))


def counting_state() -> dict[str, Any]:
    """Since when months are counted, when last, and the first month that may still change."""
    return CountedMonth.objects.aggregate(
        since=Min("month"), counted_at=Max("counted_at"), open_from=Min("month", filter=Q(is_final=False))
    )


def own(actor: Actor, source: LevelSource, wanted: LevelFilter) -> Counts:
    """The figures of the actor's own site, counted now by the same statement; none without the right to see them."""
    found: Counts = {}
    if actor.audience != "contractor" or not actor.can(source.permission):
        return found
    sql = f"""
        select month, measure, days, count(*), count(*) filter (where met)
        from ({source.facts_where(_of_site(source))}) fact where %(kind)s in ('', kind) group by 1, 2, 3
    """  # noqa: S608  our own words
    with system_scope() if source.wider_because else nullcontext(), connection.cursor() as cursor:
        cursor.execute(sql, _parameters(actor, source, wanted))
        for month, measure, days, counted, met in cursor.fetchall():
            found.setdefault(month, {}).setdefault(measure, Figure()).add(days, counted, met)
    return found


def raw_rows(actor: Actor, source: LevelSource, wanted: LevelFilter) -> Iterator[tuple[Any, ...]]:
    """What was counted, a row each, as far as the actor may see it: a site its own, a commissioner its area, staff all.

    Raises NotFound for anybody else, Refused without the right to see a site's own.
    """
    if actor.audience == "contractor":
        actor.require(source.permission)
        things, narrowed = source.things_where(_of_site(source)), "true"
    elif actor.audience == "commissioner":
        things, narrowed = source.things_where(), "area = %(area)s"
    elif actor.audience in ("staff", "system"):
        things, narrowed = source.things_where(), "%(area)s in ('', area)"
    else:
        raise NotFound
    narrowed += " and %(contractor_type)s in ('', contractor_type) and %(kind)s in ('', kind)"
    columns = ", ".join(sql for _, sql in source.columns)
    sql = f"select {columns} from ({things}) thing where {narrowed} order by month, site_code, 1"  # noqa: S608
    return _stream(sql, _parameters(actor, source, wanted))


def _stream(sql: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A cursor of the server, so that memory does not grow with the rows."""
    with transaction.atomic(), system_scope(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(2000):
            yield from rows


def _of_site(source: LevelSource) -> str:
    return f"and {source.of_organisation} = %(organisation)s"


def _parameters(actor: Actor, source: LevelSource, wanted: LevelFilter) -> dict[str, Any]:
    return {
        **period(wanted.first, wanted.last),
        "organisation": actor.organisation_id,
        "area": actor.organisation_code if actor.audience == "commissioner" else wanted.area,
        "contractor_type": wanted.contractor_type,
        "kind": wanted.kinds.get(source.code, ""),
    }
