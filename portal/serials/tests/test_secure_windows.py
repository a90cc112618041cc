"""Working days and windows around secure stationery: weekends, bank holidays and the change of the clocks (J5, I11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as some

from portal.accounts.api import guarded_changes_since
from portal.accounts.models import SecureQuarantine
from portal.foundation.workdays.calendar import WorkingCalendar, forget_holidays
from portal.foundation.workdays.models import Holiday
from portal.serials.services import remind
from portal.serials.services.remind import last_day_unconfirmed, late_receipts
from portal.serials.tests.secure import SecureSite, known_site
from portal.serials.unusual import unusual_rules
from portal.supplies.models import Consignment
from portal.supplies.tests.warehouse import dispatched

LONDON = ZoneInfo("Europe/London")
days = some.dates(date(2024, 1, 1), date(2035, 12, 31))
closed = some.frozensets(some.dates(date(2023, 11, 1), date(2036, 1, 31)), max_size=40)
EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31)})
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})


@given(today=days, holidays=closed | some.just(EASTER | CHRISTMAS), wait=some.integers(1, 15), ago=some.integers(0, 40))
def test_a_site_has_so_many_working_days_to_confirm_whatever_day_the_parcel_left(
    today: date, holidays: frozenset[date], wait: int, ago: int
) -> None:
    """Neither a weekend nor a bank holiday shortens the days, and none of them lengthens the wait for a case."""
    calendar = WorkingCalendar(holidays)
    left = today - timedelta(days=ago)
    late = left <= last_day_unconfirmed(calendar, today, wait)
    assert late == (calendar.days_between(left, today) > wait)


@given(today=days, holidays=closed, wait=some.integers(1, 15))
def test_what_is_late_stays_late(today: date, holidays: frozenset[date], wait: int) -> None:
    calendar = WorkingCalendar(holidays)
    assert last_day_unconfirmed(calendar, today, wait) <= last_day_unconfirmed(
        calendar, today + timedelta(days=1), wait
    )


@given(left=days, holidays=closed, wait=some.integers(1, 15))
def test_a_case_is_opened_on_a_working_day(left: date, holidays: frozenset[date], wait: int) -> None:
    calendar = WorkingCalendar(holidays)
    day = left
    while left > last_day_unconfirmed(calendar, day, wait):
        day += timedelta(days=1)
    assert calendar.is_working_day(day) and calendar.days_between(left, day) == wait + 1


def _late(box: Consignment, moment: datetime, today: date) -> bool:
    """Whether the parcel, had it left at ``moment``, is late on ``today`` with five working days to confirm it."""
    Consignment.objects.filter(pk=box.pk).update(dispatched_at=moment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remind.timezone, "localdate", lambda: today)
        patch.setattr(remind, "unusual_rules", lambda: replace(unusual_rules(), receipt_days=5))
        return box.pk in {each.pk for each in late_receipts()}


@pytest.fixture
def bank_holidays() -> Iterator[None]:
    Holiday.objects.all().delete()
    Holiday.objects.bulk_create([Holiday(day=day, name="A bank holiday") for day in EASTER | CHRISTMAS])
    forget_holidays()
    yield
    forget_holidays()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("left", "first_late"),
    [
        # Monday noon; the fifth working day after it is the next Monday, and on Tuesday a case is opened.
        (datetime(2026, 3, 9, 12), date(2026, 3, 17)),
        (datetime(2026, 3, 13, 17), date(2026, 3, 23)),  # a Friday: the weekend does not count
        (datetime(2026, 3, 14, 9), date(2026, 3, 23)),  # a Saturday is as good as the Friday before
        (datetime(2026, 3, 29, 0, 30), date(2026, 4, 8)),  # the clocks go forward; then come the days of Easter
        (datetime(2026, 10, 25, 0, 30), date(2026, 11, 2)),  # summer time is still on: in UTC it is Saturday
        (datetime(2026, 12, 22, 23, 59), date(2027, 1, 4)),  # over Christmas
    ],
)  # fmt: skip
@pytest.mark.usefixtures("bank_holidays")
def test_a_case_is_due_after_five_working_days(left: datetime, first_late: date) -> None:
    """Seen to fail with the rule as it was until 24 November 2026: a Friday's parcel was late a working day early."""
    box = dispatched(known_site(a_week=2, numbered=False).order(1))
    moment = left.replace(tzinfo=LONDON)
    assert not _late(box, moment, first_late - timedelta(days=1))
    assert _late(box, moment, first_late)


@pytest.mark.django_db
def test_a_changed_address_is_looked_back_at_to_the_microsecond_over_the_change_of_the_clocks() -> None:
    site = SecureSite()
    span = timedelta(days=unusual_rules().change_days)

    @given(
        year=some.integers(2024, 2035), month=some.sampled_from([3, 10]),
        hours=some.integers(-48, 24 * unusual_rules().change_days + 48), off=some.integers(-2, 2),
    )  # fmt: skip
    def check(year: int, month: int, hours: int, off: int) -> None:
        end = date(year, month, 31)
        change = datetime.combine(end - timedelta(days=(end.weekday() + 1) % 7), time(1), tzinfo=UTC)
        now = change + timedelta(hours=hours)
        changed = now - span + timedelta(microseconds=off)
        with transaction.atomic():
            SecureQuarantine.objects.create(
                organisation=site.organisation, starts_at=changed, until=changed + timedelta(days=7), because="Address"
            )
            found: list[Any] = guarded_changes_since(site.organisation.id, now - span)
            transaction.set_rollback(True)
        assert bool(found) == (off > 0)

    check()
