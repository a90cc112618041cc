"""The clock of a case, in working days: it stands still only while the case waits for a named party (J22)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.casework.models import Case
from portal.casework.policy import policy
from portal.foundation.web.filters import count, day
from portal.foundation.workdays.calendar import working_calendar


def end_wait(case: Case) -> None:
    """Starts the clock of the locked case again, where it stands; the caller saves it.

    The day to be settled moves by the working days the case has waited. What it waited for is forgotten.
    """
    if case.paused_on is not None:
        days = working_calendar()
        waited = days.days_between(case.paused_on, timezone.localdate())
        case.paused_days += waited
        if case.due_on is not None:
            case.due_on = days.add(case.due_on, waited)
    case.paused_on = case.waiting_until = None
    case.waiting_for = case.waiting_party = case.waited_in_vain_for = ""


def closes_on(case: Case) -> date | None:
    """The day after which an answered case closes by itself; None for any other (durations)."""
    if case.state != "resolved":
        return None
    answered = timezone.localdate(case.state_since)
    return working_calendar().add(answered, policy().durations.answer_settles_after_days)


def working_days_until(when: date) -> str:
    """A day counted from today, in words: today, in 3 working days, 2 working days ago."""
    days, today = working_calendar(), timezone.localdate()
    if when == today:
        return "today"
    if when < today:
        late = days.days_between(when, today)
        return f"{count(late, 'working day')} ago"
    return f"in {count(days.days_between(today, when), 'working day')}"


def counted_day(when: date) -> str:
    """A day with its distance from today: 3 November 2026 (in 2 working days)."""
    return f"{day(when)} ({working_days_until(when)})"
