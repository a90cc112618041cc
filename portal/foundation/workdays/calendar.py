"""Working days in the operator's time zone: the one calendar for promises and clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

CUT_OFF = time(12, 0)
_CACHE_KEY, _CACHE_SECONDS = "workdays.holidays", 300
_WEEKEND = {5, 6}


@dataclass(frozen=True)
class WorkingCalendar:
    """A calendar with its holidays. Pure: it reads no database and no clock."""

    holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, holidays excepted."""
        return day.weekday() not in _WEEKEND and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """``day`` itself when it is one, else the first after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, working_days: int) -> date:
        """The date ``working_days`` (0 or more) working days after ``day``, counted from a working day."""
        day = self.next_working_day(day)
        for _ in range(working_days):
            day = self.next_working_day(day + timedelta(days=1))
        return day

    def start_of_work(self, moment: datetime, cut_off: time = CUT_OFF) -> date:
        """The day on which work on something asked for at ``moment`` begins.

        Today before the cut-off (local time) of a working day, otherwise the next working day.
        """
        local = timezone.localtime(moment)
        today = local.date()
        if self.is_working_day(today) and local.time() < cut_off:
            return today
        return self.next_working_day(today + timedelta(days=1))

    def days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
        count = 0
        while start < end:
            start += timedelta(days=1)
            count += self.is_working_day(start)
        return count


def working_calendar() -> WorkingCalendar:
    """The operator's calendar; the holidays are kept in memory for a few minutes."""
    return WorkingCalendar(_holidays())


_memory: dict[str, tuple[datetime, frozenset[date]]] = {}


def _holidays() -> frozenset[date]:
    from portal.foundation.workdays.models import Holiday

    kept = _memory.get(_CACHE_KEY)
    if kept is None or timezone.now() - kept[0] > timedelta(seconds=_CACHE_SECONDS):
        kept = (timezone.now(), frozenset(Holiday.objects.values_list("day", flat=True)))
        _memory[_CACHE_KEY] = kept
    return kept[1]


def forget_holidays() -> None:
    """Reads the holidays afresh at the next question: for tests, and after an edit."""
    _memory.clear()
