"""A year of service levels as a region would have them, so that the demonstration shows curves.

They are published counts without orders behind them: the months are marked as final, so the worker leaves them alone
and counts the demonstration's own orders from this month on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.utils import timezone

from portal.demo.personas import BOARD, NEIGHBOUR
from portal.foundation.levels.models import CountedMonth, LevelCount
from portal.foundation.levels.months import add_months, month_of

MONTHS = 12
# Sites by area and type; how much better (or worse) an area is served, in per cent.
_SITES = {
    BOARD: {"gp": 41, "dental": 33, "ophthalmic": 19, "pharmacy": 52},
    NEIGHBOUR: {"gp": 58, "dental": 47, "ophthalmic": 26, "pharmacy": 71},
}
_BETTER = {BOARD: -2, NEIGHBOUR: 2}
# Lines a site has in a month, and the share in time, of each kind of item.
_ITEMS = {"plain": (1.6, 94), "clinical": (1.1, 91), "secure": (0.7, 88)}
# A year with a bad autumn: what is added to each share, the oldest month first.
_SEASON = (1, 1, -1, -3, -1, 0, 1, 2, 1, -4, -6, -2)
_REPLY_DAYS, _ROAD_DAYS = (0, 1, 2, 3, 5), (4, 6, 7, 8, 9, 11, 14, 20)


def load() -> None:
    """Writes the twelve months before this one, once."""
    if CountedMonth.objects.exists():
        return
    now, this = timezone.now(), month_of(timezone.localdate())
    months = [add_months(this, place - MONTHS) for place in range(MONTHS)]
    chance = random.Random(2026)  # noqa: S311  the same every time, and nothing secret
    rows = [
        row
        for month, season in zip(months, _SEASON, strict=True)
        for area, types in _SITES.items()
        for row in _of_area(month, area, types, season + _BETTER[area], chance)
    ]
    with transaction.atomic():
        LevelCount.objects.bulk_create(rows, batch_size=2000)
        CountedMonth.objects.bulk_create(
            CountedMonth(source=source, month=month, counted_at=now, is_final=True)
            for source in ("supplies", "records", "casework")
            for month in months
        )


def _of_area(month: date, area: str, types: dict[str, int], better: int, chance: random.Random) -> Iterator[LevelCount]:
    for contractor_type, sites in types.items():
        make = _Rows(month, area, contractor_type, sites)
        for kind, (each, share) in _ITEMS.items():
            lines = round(sites * each * chance.uniform(0.9, 1.1))
            in_time = _part(lines, share + better + chance.uniform(-1, 1))
            complete = in_time + _part(lines - in_time, 80)
            yield make("supplies", kind, "on_time", lines, in_time)
            yield make("supplies", kind, "complete", lines, complete)
            yield make("supplies", kind, "correct", lines, _part(complete, 98))
        yield from _cases(make, sites, better, chance)
        if contractor_type == "gp":
            yield from _records(make, sites, better, chance)


def _cases(make: _Rows, sites: int, better: int, chance: random.Random) -> Iterator[LevelCount]:
    for kind, each in (("enquiry", 0.5), ("problem", 0.25)):
        cases = max(5, round(sites * each * chance.uniform(0.8, 1.2)))
        yield make("casework", kind, "first_reply", cases, _part(cases, 92 + better))
        yield make("casework", kind, "settled", cases, _part(cases, 87 + better))
        yield from _spread(make, "casework", kind, "reply_days", cases, _REPLY_DAYS)
        yield from _spread(make, "casework", kind, "settle_days", cases, tuple(3 * days + 1 for days in _REPLY_DAYS))


def _records(make: _Rows, sites: int, better: int, chance: random.Random) -> Iterator[LevelCount]:
    for kind, each, share in (("ordinary", 9, 89), ("urgent", 0.6, 94)):
        movements = round(sites * each * chance.uniform(0.9, 1.1))
        wrong = round(movements * chance.uniform(0.002, 0.005))
        yield make("records", kind, "by_expected", movements, _part(movements, share + better))
        yield make("records", kind, "right", movements, movements - wrong)
        yield from _spread(make, "records", kind, "door_to_door", movements, _ROAD_DAYS)


class _Rows:
    """Makes the rows of one month, area and type."""

    def __init__(self, month: date, area: str, contractor_type: str, sites: int) -> None:
        self.same = {"month": month, "area": area, "contractor_type": contractor_type, "sites": sites}

    def __call__(self, source: str, kind: str, measure: str, counted: int, met: int, days: int = 0) -> LevelCount:
        """One row."""
        values = {"source": source, "kind": kind, "measure": measure, "counted": counted, "met": met, "days": days}
        return LevelCount(**self.same, **values)


def _spread(
    make: _Rows, source: str, kind: str, measure: str, counted: int, days: tuple[int, ...]
) -> Iterator[LevelCount]:
    """The things over numbers of days: most of them in the middle."""
    middle, left = len(days) // 2, counted
    for place, each in enumerate(days):
        part = 0.3 if place == middle else 0.6 / len(days)
        share = left if place == len(days) - 1 else min(left, round(counted * part))
        if share:
            yield make(source, kind, measure, share, share, each)
        left -= share


def _part(counted: int, per_cent: float) -> int:
    return min(counted, round(counted * min(per_cent, 100) / 100))
