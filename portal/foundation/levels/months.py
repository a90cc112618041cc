"""Months, as their first day. A month may change until three months after its end; then it is final. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.utils import timezone

OPEN_MONTHS = 3  # after its end
LOOKED_BACK = 24  # how far back a portal counts that has never counted


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def add_months(month: date, number: int) -> date:
    """The first day of the month ``number`` months later; earlier where it is negative."""
    years, place = divmod(month.month - 1 + number, 12)
    return date(month.year + years, place + 1, 1)


def months_between(first: date, last: date) -> Iterator[date]:
    """Each month from ``first`` to ``last``, both included."""
    month = month_of(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


def final_from(month: date) -> date:
    """The day from which a month does not change any more."""
    return add_months(month_of(month), 1 + OPEN_MONTHS)


def begin_of(month: date) -> datetime:
    """The moment a month begins, on the portal's clock: summer time is in it."""
    return timezone.make_aware(datetime.combine(month, time.min), timezone.get_default_timezone())
