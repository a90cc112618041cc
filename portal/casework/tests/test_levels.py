"""How cases are counted: each of the two clocks by its own day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from portal.casework.levels import CASEWORK
from portal.casework.models import Case
from portal.casework.tests.factories import opened, reporter
from portal.foundation.access import Actor
from portal.foundation.levels.months import month_of
from portal.foundation.levels.reading import LevelFilter, own

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 12)
JUNE = date(2026, 6, 2)


@pytest.fixture
def actor() -> Actor:
    return reporter()


def at(day: date, clock: time = time(12)) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def a_case(actor: Actor, **values: object) -> None:
    """A case whose first reply was due in May and whose answer was due in June."""
    case = opened(actor)
    dates = {"opened_at": at(date(2026, 5, 8)), "first_reply_due_on": MAY, "due_on": JUNE}
    Case.objects.filter(id=case.id).update(**{**dates, **values})


def answered(day: date) -> dict[str, object]:
    return {"state": "resolved", "answer": "Here it is.", "answered_at": at(day)}


def counted(actor: Actor, day: date) -> dict[str, tuple[int, int]]:
    month = month_of(day)
    found = own(actor, CASEWORK, LevelFilter(first=month, last=month)).get(month, {})
    return {code: (figure.counted, figure.met) for code, figure in found.items()}


def test_each_clock_counts_in_the_month_it_ran_out_in(actor: Actor) -> None:
    a_case(actor, first_replied_at=at(MAY, time(23, 59)), **answered(JUNE + timedelta(days=1)))
    assert counted(actor, MAY) == {"first_reply": (1, 1), "reply_days": (1, 1)}
    assert counted(actor, JUNE) == {"settled": (1, 0), "settle_days": (1, 1)}


def test_a_case_without_a_reply_is_late(actor: Actor) -> None:
    a_case(actor)
    assert counted(actor, MAY) == {"first_reply": (1, 0)}


def test_a_clock_that_stands_still_has_not_run_out(actor: Actor) -> None:
    a_case(
        actor, state="waiting", paused_on=JUNE, waiting_for="You", waiting_party="requester", waiting_until=JUNE,
        first_replied_at=at(MAY),
    )  # fmt: skip
    assert counted(actor, JUNE) == {"waiting": (1, 1)}
    assert counted(actor, MAY)["first_reply"] == (1, 1)


def test_a_case_that_was_opened_again_is_not_settled(actor: Actor) -> None:
    a_case(actor, first_replied_at=at(MAY), answer="Here it is.", answered_at=at(JUNE), reopened=1)
    assert counted(actor, JUNE) == {"settled": (1, 0)}


def test_a_case_that_was_joined_to_another_is_counted_once(actor: Actor) -> None:
    other = opened(actor)
    Case.objects.filter(id=other.id).update(first_reply_due_on=date(2026, 1, 5), due_on=date(2026, 1, 5))
    a_case(actor, state="merged", merged_into=other)
    assert counted(actor, MAY) == {}


def test_another_site_s_cases_are_not_counted(actor: Actor) -> None:
    a_case(reporter())
    assert counted(actor, MAY) == {}
