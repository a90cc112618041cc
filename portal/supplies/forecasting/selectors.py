"""The forecast of items, from their weeks and their stock; a fixed number of queries whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Sum
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies.forecasting.collect import LOOKED_BACK
from portal.supplies.forecasting.demand import Demand, learn, look_ahead
from portal.supplies.forecasting.settings import forecast_settings
from portal.supplies.forecasting.stock_curve import StockCurve, stock_curve
from portal.supplies.models import CatalogueItem, OrderLine, Reservation, StockBatch, StockLevel, WeeklyDemand
from portal.supplies.permissions import VIEW_STOCK


@dataclass(frozen=True, kw_only=True)
class ItemForecast:
    """One item: packs nobody has been promised less those that orders wait for, and what is expected of them.

    ``demand`` and ``curve`` are None where the history is too short to say anything.
    """

    item: CatalogueItem
    free: int
    expected_on: date | None
    demand: Demand | None
    curve: StockCurve | None
    weeks: dict[date, int]


def forecasts(actor: Actor, words: str = "", *, within: timedelta | None = None) -> list[ItemForecast]:
    """Every item that may be ordered today, first those that run out first.

    ``within`` leaves only those that must be bought by the end of that time, from today on.
    """
    actor.require(VIEW_STOCK)
    items = CatalogueItem.objects.visible_to(actor).search(words).valid_on(timezone.localdate())
    found = _forecasts_of(list(items.order_by("name", "id")))
    if within is not None:
        last = timezone.localdate() + within
        found = [each for each in found if each.curve and each.curve.order_by and each.curve.order_by <= last]
    return sorted(found, key=_urgency)


def forecast(actor: Actor, item: CatalogueItem) -> ItemForecast:
    """One item's forecast."""
    actor.require(VIEW_STOCK)
    return _forecasts_of([item])[0]


def _urgency(each: ItemForecast) -> tuple[date, date, str]:
    if each.curve is None:
        return date.max, date.max, each.item.name
    return each.curve.order_by or date.max, each.curve.runs_out_on or date.max, each.item.name


def _forecasts_of(items: list[CatalogueItem]) -> list[ItemForecast]:
    today, calendar, settings = timezone.localdate(), working_calendar(), forecast_settings()
    ids = [item.id for item in items]
    weeks, free, expected = _weeks(ids, today), _free(ids, today), _expected(ids, today)
    found = []
    for item in items:
        demand = learn(weeks[item.id], until=today, calendar=calendar, settings=settings)
        curve = None
        if demand is not None:
            ahead = look_ahead(demand, start=today, calendar=calendar, settings=settings)
            curve = stock_curve(free[item.id], demand, ahead, start=today, calendar=calendar, settings=settings)
        found.append(
            ItemForecast(
                item=item, free=free[item.id], expected_on=expected.get(item.id), demand=demand, curve=curve,
                weeks=weeks[item.id],
            )
        )  # fmt: skip
    return found


def _weeks(ids: Iterable[int], today: date) -> dict[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = defaultdict(dict)
    rows = WeeklyDemand.objects.filter(item_id__in=ids, week__gte=today - LOOKED_BACK)
    for item_id, week, packs in rows.values_list("item_id", "week", "packs"):
        found[item_id][week] = packs
    return found


def _free(ids: Iterable[int], today: date) -> dict[int, int]:
    """Packs in active stores that are neither promised nor out of date, less what waiting lines still lack."""
    found: dict[int, int] = defaultdict(int)
    levels = StockLevel.objects.filter(item_id__in=ids, store__is_active=True)
    for item_id, packs in levels.order_by().values_list("item_id").annotate(packs=Sum(F("on_hand") - F("reserved"))):
        found[item_id] += packs
    past = StockBatch.objects.filter(level__item_id__in=ids, level__store__is_active=True, expires_on__lte=today)
    for item_id, packs in past.order_by().values_list("level__item_id").annotate(packs=Sum(F("on_hand") - F("held"))):
        found[item_id] -= packs
    waiting = OrderLine.objects.filter(item_id__in=ids, state="back_ordered").order_by()
    lacks = Sum(F("quantity") - F("dispatched") - F("cancelled"))
    for item_id, packs in waiting.values_list("item_id").annotate(packs=lacks):
        found[item_id] -= packs
    held = Reservation.objects.filter(line__item_id__in=ids, line__state="back_ordered").order_by()
    for item_id, packs in held.values_list("line__item_id").annotate(packs=Sum("quantity")):
        found[item_id] += packs
    return found


def _expected(ids: Iterable[int], today: date) -> dict[int, date]:
    levels = StockLevel.objects.filter(item_id__in=ids, store__is_active=True, expected_on__gte=today)
    return {level.item_id: day for level in levels.order_by("-expected_on") if (day := level.expected_on)}
