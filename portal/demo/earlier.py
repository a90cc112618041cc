"""Letting sample data happen in the past: the services run as they are, only the clock is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.apps import apps
from django.db import models
from django.utils import timezone

from portal.foundation.workdays.calendar import working_calendar


def working_days_ago(days: int, clock: time = time(10, 15)) -> datetime:
    """A moment of the working day that was ``days`` working days before the last one that is over.

    Always in the past, and the same day for every ``clock``, whatever the time is now.
    """
    calendar, day = working_calendar(), timezone.localdate() - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    for _ in range(days):
        day -= timedelta(days=1)
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, clock))


@contextmanager
def happening_at(moment: datetime) -> Iterator[None]:
    """Everything that asks Django for the time, or leaves it to a field's default, is told ``moment``.

    For loading sample data alone: it changes the clock of the whole process.
    """
    real = timezone.now
    fields = [
        field for model in apps.get_models() for field in model._meta.concrete_fields if _default_of(field) is real
    ]
    timezone.now = lambda: moment
    for field in fields:
        # A field keeps its default in an attribute that is worked out once; this one stands before it.
        field.__dict__["_get_default"] = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
        for field in fields:
            del field.__dict__["_get_default"]


def _default_of(field: models.Field) -> Callable[[], datetime] | None:  # type: ignore[type-arg]
    return field.default if callable(field.default) else None
