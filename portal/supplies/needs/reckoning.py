"""When a site will need an item again, from its own orders of it. Pure, and exact: fractions, not floats.

Each order but the last lasted until the next one: packs by days is what the site uses. The median of these rates says
how long the last order lasts, counted from the day on which it comes. One odd order among several does not move a
median; a large last order does last longer, and should.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import median, median_low
from typing import Literal

from portal.foundation.workdays.calendar import WorkingCalendar
from portal.supplies.needs.settings import NeedSettings

Certainty = Literal["good", "fair", "rough"]
_LONGEST = 3650  # days: longer than anything lasts
_MANY, _SOME = 6, 4
_NARROW, _WIDE = Fraction(2, 5), Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """Packs that the site ordered on a day. ``arrived`` once some of it has come."""

    on: date
    packs: int
    arrived: bool = True


@dataclass(frozen=True, kw_only=True)
class Need:
    """More of an item is needed by ``need_by``, a working day; ordered on ``order_by`` it is there by then.

    It could be as early as ``earliest`` and as late as ``latest``. ``packs`` is what the site usually orders.
    ``lasts_days`` is how long the last order, of ``last_packs`` on ``last_on``, is expected to last.
    """

    need_by: date
    order_by: date
    earliest: date
    latest: date
    packs: int
    orders: int
    lasts_days: int
    last_on: date
    last_packs: int
    arrives_on: date
    certainty: Certainty


def reckon(
    purchases: Sequence[Purchase], *, lead_time: int, calendar: WorkingCalendar, settings: NeedSettings
) -> Need | None:
    """What is needed next; None while too few orders have arrived. ``lead_time`` is in working days."""
    days = _by_day(purchases)
    if sum(each.arrived for each in days) < settings.least_orders:
        return None
    rates = sorted(Fraction(each.packs, (following.on - each.on).days) for each, following in pairwise(days))
    last, rate = days[-1], Fraction(median(rates))
    arrives_on = calendar.add(last.on, lead_time)
    lasts = _days(last.packs / rate)
    need_by = _working_day_before(arrives_on + timedelta(days=lasts), calendar)
    slow, fast = _middle_half(rates)
    earliest = _working_day_before(arrives_on + timedelta(days=_days(last.packs / fast)), calendar)
    latest = _working_day_before(arrives_on + timedelta(days=_days(last.packs / slow)), calendar)
    return Need(
        need_by=need_by,
        order_by=last_day_to_order(need_by, lead_time, calendar),
        earliest=earliest,
        latest=latest,
        packs=median_low([each.packs for each in days]),
        orders=len(days),
        lasts_days=lasts,
        last_on=last.on,
        last_packs=last.packs,
        arrives_on=arrives_on,
        certainty=_certainty(len(days), rate / fast, rate / slow),
    )


def last_day_to_order(need_by: date, lead_time: int, calendar: WorkingCalendar) -> date:
    """The last working day on which an order, at whatever hour, is there by ``need_by``.

    After the cut-off work starts on the next working day: hence one day more than the lead time.
    """
    found = _working_day_before(need_by, calendar)
    for _ in range(lead_time + 1):
        found = _working_day_before(found - timedelta(days=1), calendar)
    return found


def given_up(need: Need, today: date, settings: NeedSettings) -> bool:
    """Whether the site seems to order it no more: it should have been needed long ago."""
    return today > need.need_by + timedelta(days=max(settings.given_up_days, need.lasts_days))


def _by_day(purchases: Sequence[Purchase]) -> list[Purchase]:
    """One purchase a day, oldest first."""
    found: dict[date, Purchase] = {}
    for each in purchases:
        before = found.get(each.on)
        found[each.on] = Purchase(
            on=each.on,
            packs=each.packs + (before.packs if before else 0),
            arrived=each.arrived or (before is not None and before.arrived),
        )
    return [found[on] for on in sorted(found)]


def _days(length: Fraction) -> int:
    """Whole days, rounded down: rather a day early than a day late."""
    return min(_LONGEST, int(length))


def _working_day_before(day: date, calendar: WorkingCalendar) -> date:
    """``day`` itself when it is a working day, else the last one before it."""
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def _middle_half(rates: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """The lower and the upper quartile of sorted rates; of fewer than four, the least and the most."""
    if len(rates) < _SOME:
        return rates[0], rates[-1]
    cut = len(rates) // 4
    return rates[cut], rates[-1 - cut]


def _certainty(orders: int, shortest: Fraction, longest: Fraction) -> Certainty:
    """``shortest`` and ``longest`` are how long an order may last, as a part of how long it is expected to."""
    spread = longest - shortest
    if orders >= _MANY and spread <= _NARROW:
        return "good"
    return "rough" if orders < _SOME or spread > _WIDE else "fair"
