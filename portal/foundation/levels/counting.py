"""Counting a month anew: one statement a source and month, so that no page adds up what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.foundation.access.row_security import system_scope
from portal.foundation.levels.models import LEAST_SITES, CountedMonth
from portal.foundation.levels.months import LOOKED_BACK, add_months, begin_of, final_from, month_of, months_between
from portal.foundation.levels.source import LevelSource, all_sources
from portal.foundation.worker import one_by_one

# What comes from too few sites is put together with other small ones: first without its area, then without its type,
# then without its kind. What is still too small is left out. A site is counted once in each cell it ends up in.
_PUBLISH = """
with fact as materialized ({facts}),
cell as (select area, contractor_type, kind, count(distinct site) as sites from fact group by 1, 2, 3),
by_area as (select *, case when sites >= {least} then area else '' end as shown_area from cell),
by_type as (
    select *, case when shown_area <> '' or sum(sites) over (partition by shown_area, contractor_type, kind) >= {least}
                   then contractor_type else '' end as shown_type
    from by_area
),
by_kind as (
    select *, case when shown_area <> '' or sum(sites) over (partition by shown_area, shown_type, kind) >= {least}
                   then kind else '' end as shown_kind
    from by_type
),
shown as (
    select by_kind.shown_area, by_kind.shown_type, by_kind.shown_kind, fact.*
    from fact join by_kind using (area, contractor_type, kind)
),
enough as (
    select shown_area, shown_type, shown_kind, count(distinct site) as sites from shown group by 1, 2, 3
    having count(distinct site) >= {least}
)
select %(source)s as source, %(begin)s as month, shown_area as area, shown_type as contractor_type, shown_kind as kind,
       measure, days, count(*) as counted, count(*) filter (where met) as met, max(enough.sites) as sites
from shown join enough using (shown_area, shown_type, shown_kind)
group by shown_area, shown_type, shown_kind, measure, days
"""
_COLUMNS = "source, month, area, contractor_type, kind, measure, days, counted, met, sites"


def published_sql(source: LevelSource) -> str:
    """SQL of the rows to publish of one month."""
    return _PUBLISH.format(facts=source.facts_where(), least=LEAST_SITES)


def period(first: date, last: date) -> dict[str, Any]:
    """The parameters of a source's SQL for the months from ``first`` to ``last``."""
    end = add_months(month_of(last), 1)
    return {
        "begin": month_of(first),
        "end": end,
        "begin_at": begin_of(month_of(first)),
        "end_at": begin_of(end),
        "zone": str(timezone.get_default_timezone()),
        "today": timezone.localdate(),
    }


def count_month(source: LevelSource, month: date) -> None:
    """Replaces what is published of a month. Safe to run twice, and beside another that does the same.

    A month that is final stays as it is.
    """
    now = timezone.now()
    is_final = timezone.localdate(now) >= final_from(month)
    with system_scope(), transaction.atomic():
        CountedMonth.objects.get_or_create(source=source.code, month=month, defaults={"counted_at": now})
        row = CountedMonth.objects.select_for_update().get(source=source.code, month=month)
        if row.is_final:
            return
        with connection.cursor() as cursor:
            cursor.execute("delete from levels_levelcount where source = %s and month = %s", [source.code, month])
            cursor.execute(
                f"insert into levels_levelcount ({_COLUMNS}) {published_sql(source)}",
                {**period(month, month), "source": source.code},
            )
        row.counted_at, row.is_final = now, is_final
        row.save(update_fields=["counted_at", "is_final"])


def months_to_count(source: LevelSource) -> list[date]:
    """The months that may still change, the coming one, and those before that nobody has counted for good."""
    this = month_of(timezone.localdate())
    done = set(CountedMonth.objects.filter(source=source.code, is_final=True).values_list("month", flat=True))
    return [month for month in months_between(add_months(this, -LOOKED_BACK), add_months(this, 1)) if month not in done]


def count_all(sources: Iterable[LevelSource] | None = None) -> None:
    """Brings every source's open months up to date, a transaction a month; one that breaks down holds up no other."""
    chosen = all_sources() if sources is None else sources
    one_by_one(
        [(source, month) for source in chosen for month in months_to_count(source)],
        lambda each: count_month(*each),
        name=lambda each: f"{each[0].code} {each[1]:%Y-%m}",
    )
