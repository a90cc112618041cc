"""Rolling allowances at the borders of their window, around the changes of the clocks and bank holidays (J5, R4).

The window is so many times 24 hours: no clock, no holiday and no weekend makes it longer or shorter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as some

from portal.foundation.workdays.models import Holiday
from portal.supplies import allowance
from portal.supplies.allowance import limit_problem, recently_ordered
from portal.supplies.models import CatalogueItem, OrderLine
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
YEARS = range(2024, 2036)
MICROSECOND = timedelta(microseconds=1)


def last_sunday(year: int, month: int) -> date:
    """The day on which the clocks of London change: of March forward, of October back."""
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


# Bank holidays that stand still, and two that follow Easter: each has a border of some window on it in some year.
_HOLIDAYS = [date(year, month, day) for year in YEARS for month, day in ((1, 1), (12, 25), (12, 26))]
_HOLIDAYS += [date(2026, 4, 3), date(2026, 4, 6), date(2027, 3, 26), date(2027, 3, 29)]
critical_days = some.one_of(
    some.builds(last_sunday, some.sampled_from(YEARS), some.sampled_from([3, 10])), some.sampled_from(_HOLIDAYS)
)


@some.composite
def moments(draw: some.DrawFn) -> datetime:
    """A moment on a critical day or next to it, often in the hour that is missing or that comes twice."""
    day = draw(critical_days) + timedelta(days=draw(some.integers(-1, 1)))
    hour = draw(some.one_of(some.sampled_from([0, 1, 2]), some.integers(0, 23)))
    local = datetime(day.year, day.month, day.day, hour, draw(some.integers(0, 59)), tzinfo=LONDON)
    return local.replace(fold=draw(some.integers(0, 1))).astimezone(UTC)


@contextmanager
def put_back() -> Iterator[None]:
    """What an example writes is gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def database_in_london() -> Iterator[None]:
    """A database session whose days have 23, 24 or 25 hours, as those of an operator's own program may have."""
    with connection.cursor() as cursor:
        cursor.execute("set time zone 'Europe/London'")
        try:
            yield
        finally:
            cursor.execute("set time zone 'UTC'")


def _item(**limits: int) -> CatalogueItem:
    details = {"allowance_quantity": 10, "allowance_days": 28, **limits}
    return StockLevelFactory(item=CatalogueItemFactory(**details), on_hand=500).item


def _counts(site: int, item: CatalogueItem, *, now: datetime, placed: datetime) -> bool:
    OrderLine.objects.filter(organisation_id=site).update(placed_at=placed)
    return recently_ordered(site, [item], now) == {item.id: 4}


def _one_order() -> tuple[int, CatalogueItem]:
    actor, item = contractor_actor(), _item()
    place(actor, (item, 4))
    return actor.organisation_id or 0, item


def test_an_order_leaves_the_window_to_the_microsecond_whatever_clocks_and_holidays_do() -> None:
    site, item = _one_order()
    Holiday.objects.bulk_create(
        [Holiday(day=day, name="A bank holiday") for day in set(_HOLIDAYS)], ignore_conflicts=True
    )

    @given(now=moments(), days=some.integers(1, 400), off=some.integers(-3, 3))
    def check(now: datetime, days: int, off: int) -> None:
        with put_back(), database_in_london():
            item.allowance_days = days
            item.save(update_fields=["allowance_days"])
            border = now - timedelta(days=days)
            assert _counts(site, item, now=now, placed=border + off * MICROSECOND) == (off > 0)

    check()


def test_days_of_the_calendar_would_move_the_border_by_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: with days instead of hours an order of 23 hours too few, or 25, is let through or refused."""
    site, item = _one_order()
    monkeypatch.setattr(allowance, "_RECENTLY", allowance._RECENTLY.replace("24 hours", "1 day"))
    spring = datetime(2026, 4, 10, 12, tzinfo=UTC)  # the clocks went forward twelve days earlier
    with database_in_london():
        border = spring - timedelta(days=28)
        wrong = [off for off in range(-90, 91, 10) if _counts(
            site, item, now=spring, placed=border + timedelta(minutes=off)
        ) != (off > 0)]  # fmt: skip
    assert wrong == [10, 20, 30, 40, 50, 60] or wrong == [-50, -40, -30, -20, -10, 0]


wishes = some.lists(
    some.tuples(
        some.integers(0, 60 * 24 * 60), some.sampled_from([0, 0, -1, 1]), some.integers(1, 10)
    ),  # minutes after the start, microseconds beside a whole window, packs
    min_size=2,
    max_size=8,
)


def test_no_window_ever_holds_more_than_the_allowance_wherever_it_begins() -> None:
    """Orders at any moment around a change of the clocks; then every window that begins at one of them is looked at."""
    actor, item = contractor_actor(), _item()
    site = actor.organisation_id or 0
    for _ in range(8):
        place(actor, (item, 1))
        OrderLine.objects.update(placed_at=datetime(2001, 1, 1, tzinfo=UTC))
    lines = list(OrderLine.objects.filter(organisation_id=site).order_by("id"))
    window = timedelta(days=28)

    @given(start=moments(), wanted=wishes, at_the_border=some.booleans())
    @settings(max_examples=60)
    @example(start=datetime(2026, 3, 28, 12, tzinfo=UTC), wanted=[(0, 0, 10), (1, 0, 1)], at_the_border=True)
    def check(start: datetime, wanted: list[tuple[int, int, int]], at_the_border: bool) -> None:
        with put_back(), database_in_london():
            placed: list[tuple[datetime, int]] = []
            at = sorted(start + timedelta(minutes=minutes) + off * MICROSECOND for minutes, off, _ in wanted)
            if at_the_border:  # the last order exactly when the first falls out of the window
                at = [*at[:-1], at[0] + window] if at[0] + window >= at[-2] else at
            for line, moment, (_, _, packs) in zip(lines, at, wanted, strict=False):
                if limit_problem(item, packs, recently_ordered(site, [item], moment).get(item.id, 0)) == "":
                    OrderLine.objects.filter(pk=line.pk).update(placed_at=moment, quantity=packs)
                    placed.append((moment, packs))
            for end, _ in placed:
                assert sum(packs for moment, packs in placed if end - window < moment <= end) <= 10
            # And nothing was refused that would have fitted: whoever is refused had too much in the window.
            assert placed and placed[0] == (at[0], wanted[0][2])

    check()
