"""The clock of a case, in working days: it stands still only while the case waits for a named party (J22)."""

from __future__ import annotations

from django.utils import timezone

from portal.casework.models import Case
from portal.foundation.workdays.calendar import working_calendar


def resume_clock(case: Case) -> None:
    """Moves the day to be settled by the working days the locked case has waited. The caller saves it."""
    if case.paused_on is None:
        return
    days = working_calendar()
    waited = days.days_between(case.paused_on, timezone.localdate())
    case.paused_days += waited
    if case.due_on is not None:
        case.due_on = days.add(case.due_on, waited)
    case.paused_on = None
