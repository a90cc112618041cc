"""Orders become weeks: the operator's midnight decides, what was cancelled does not count, twice is as once (J24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.supplies.forecasting.collect import collect_demand
from portal.supplies.forecasting.demand import WEEK, week_of
from portal.supplies.models import CatalogueItem, OrderLine, WeeklyDemand
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor
from portal.supplies.tests.stock_books import order, shelf
from portal.supplies.tests.test_staff_catalogue_pages import staff

pytestmark = pytest.mark.django_db
FORECASTS = "/staff/supplies/forecasts/"


def _weeks(item: CatalogueItem) -> dict[date, int]:
    return dict(WeeklyDemand.objects.filter(item=item).values_list("week", "packs"))


def _history(item: CatalogueItem, packs: int, *, weeks: int = 20) -> None:
    last = week_of(timezone.localdate()) - WEEK
    WeeklyDemand.objects.bulk_create(
        WeeklyDemand(item=item, week=last - WEEK * back, packs=packs) for back in range(weeks)
    )


@pytest.mark.parametrize(
    ("placed_at", "week"),
    [
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 3, 23)),  # Sunday 23:59, the clocks went forward
        (datetime(2026, 3, 29, 23, 1, tzinfo=UTC), date(2026, 3, 30)),  # Monday 00:01 in London, Sunday in UTC
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 19)),  # Sunday 23:59, the clocks went back
        (datetime(2026, 10, 26, 0, 1, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_operators_midnight_decides_the_week(placed_at: datetime, week: date) -> None:
    level = shelf(10)
    order(contractor_actor(), level.item, 4)
    OrderLine.objects.update(placed_at=placed_at)
    collect_demand()
    assert _weeks(level.item) == {week: 4}


def test_what_is_cancelled_later_is_taken_out_and_twice_is_as_once() -> None:
    level = shelf(50)
    actor = contractor_actor()
    order(actor, level.item, 4)
    other = contractor_actor()
    second = order(other, level.item, 3)
    collect_demand()
    collect_demand()
    week = week_of(timezone.localdate())
    assert _weeks(level.item) == {week: 7}
    cancel_order(other, second.reference, "Ordered twice")
    collect_demand()
    assert _weeks(level.item) == {week: 4}


def test_a_week_begins_on_a_monday() -> None:
    with pytest.raises(IntegrityError, match="is_monday"), transaction.atomic():
        WeeklyDemand.objects.create(item=CatalogueItemFactory(), week=date(2026, 11, 24), packs=1)


def test_the_list_begins_with_what_must_be_ordered_first(sign_in: Callable[..., Client]) -> None:
    plenty = StockLevelFactory(item=CatalogueItemFactory(name="Aaa plenty"), on_hand=5000)
    soon = StockLevelFactory(item=CatalogueItemFactory(name="Zzz soon out"), on_hand=12)
    new = StockLevelFactory(item=CatalogueItemFactory(name="Mmm new item"), on_hand=50)
    _history(plenty.item, 10)
    _history(soon.item, 10)
    page = sign_in(staff("stock_controller")).get(FORECASTS).content.decode()
    assert page.index("Zzz soon out") < page.index("Aaa plenty") < page.index("Mmm new item")
    assert "Order now" in page and "Too few orders to say" in page
    assert new.item.code in page


def test_the_picture_also_reads_as_words_and_as_a_table(sign_in: Callable[..., Client]) -> None:
    level = StockLevelFactory(on_hand=60)
    _history(level.item, 10)
    client = sign_in(staff("stock_controller"))
    page = client.get(f"{FORECASTS}{level.item.code}/").content.decode()
    assert "<polyline" in page and "They are expected to run out on" in page
    assert page.count('<td class="nhsuk-table__cell">') >= 26
    assert "No clear trend was found" in page
    empty = client.get(f"{FORECASTS}{CatalogueItemFactory().code}/").content.decode()
    assert "too few whole weeks" in empty and "<svg viewBox" not in empty
    assert client.get(f"{FORECASTS}NOWHERE/").status_code == 404


def test_waiting_orders_and_expired_packs_are_not_free(sign_in: Callable[..., Client]) -> None:
    level = shelf(0)
    order(contractor_actor(), level.item, 5)
    _history(level.item, 10)
    page = sign_in(staff("stock_controller")).get(f"{FORECASTS}{level.item.code}/").content.decode()
    assert "Out now" in page and "-5" in page


def test_the_list_costs_the_same_however_many_items_there_are(sign_in: Callable[..., Client]) -> None:
    client = sign_in(staff("stock_controller"))

    def cost() -> int:
        with counted_queries() as sent:
            client.get(FORECASTS)
        return len(sent)

    _history(StockLevelFactory(on_hand=9).item, 3)
    before = cost()
    for _ in range(6):
        _history(StockLevelFactory(on_hand=9).item, 3)
    assert cost() == before <= 14
