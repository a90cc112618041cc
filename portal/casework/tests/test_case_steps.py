"""The picture of a case: one present step, who has it, since when, and by when something happens (R8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.case_steps import case_steps, promise_of
from portal.casework.conversation import history_of
from portal.casework.models import Case
from portal.casework.services.run_desk import merge_case, reply_to_case
from portal.casework.services.work_case import answer_case, close_case, take_case, wait_for
from portal.casework.services.write_to_case import write_to_case
from portal.casework.states import CASE
from portal.casework.tests.factories import agent, opened, reporter

pytestmark = pytest.mark.django_db


def _picture(case: Case) -> list[tuple[str, str]]:
    case.refresh_from_db()
    return [(step.title, step.state) for step in case_steps(case, history_of(agent(), case))]


def _present(case: Case) -> tuple[str, str, date | None]:
    """Title, who has it, and by when, of the one present step."""
    case.refresh_from_db()
    (step,) = [each for each in case_steps(case, history_of(agent(), case)) if each.state == "current"]
    assert step.happened_at == case.state_since
    return step.title, step.who, step.expected_on


def test_a_case_from_its_report_to_its_end_and_back() -> None:
    asker = reporter()
    case = opened(asker)
    assert _present(case) == ("We have it", "Queue: Support", case.first_reply_due_on)
    take_case(agent(), case.reference)
    assert _present(case) == ("Somebody looks into it", "Sam Agent", case.first_reply_due_on)
    until = timezone.localdate() + timedelta(days=9)
    reply_to_case(agent(), case.reference, "Which box?", wait=True, until=until)
    assert _present(case) == ("We wait for your reply", "your turn", until)
    write_to_case(asker, case.reference, "The blue one.")
    assert _present(case) == ("Somebody looks into it", "Sam Agent", case.due_on)
    wait_for(agent(), case.reference, "DPD", party="carrier", until=until)
    assert _present(case) == ("We wait for DPD", "DPD", until)
    answer_case(agent(), case.reference, "It is here.")
    assert _present(case)[:2] == ("Answered", "your turn")
    assert _picture(case) == [
        ("We have it", "done"), ("Somebody looks into it", "done"), ("Answered", "current"), ("Closed", "future"),
    ]  # fmt: skip
    close_case(asker, case.reference)
    assert {state for _, state in _picture(case)} == {"done"}
    write_to_case(asker, case.reference, "It is not.")
    assert _present(case) == ("Open again", "Queue: Support", case.due_on)


def test_a_duplicate_says_where_it_goes_on() -> None:
    asker = reporter()
    case, other = opened(asker), opened(asker)
    merge_case(agent(), case.reference, other.reference)
    assert _picture(case)[-1] == (f"Joined to {other.reference}", "stopped")


def test_the_promise_is_counted_in_working_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 11, 6))  # a Friday
    case = Case(state="received", first_reply_due_on=date(2026, 11, 10), due_on=date(2026, 11, 20))
    assert promise_of(case) == "You have a first reply by 10 November 2026 (in 2 working days)."
    case.first_replied_at = timezone.now()
    assert promise_of(case) == "It is settled by 20 November 2026 (in 10 working days)."
    case.state, case.waiting_for, case.waiting_until = "waiting", "DPD", date(2026, 11, 9)
    assert "as soon as DPD answers, or after 9 November 2026 (in 1 working day)" in promise_of(case)
    case.waiting_party = "requester"
    assert "as soon as you reply" in promise_of(case)


@pytest.mark.parametrize("state", list(CASE.states))
def test_every_state_has_a_picture_with_at_most_one_present_step(state: str) -> None:
    case = Case(state=state, owner_name="Sam", waiting_for="DPD", waiting_until=date(2026, 11, 9))
    steps = case_steps(case, [])
    present = [step for step in steps if step.state == "current"]
    assert len(present) == (0 if state in ("closed", "merged") else 1)
    assert all(step.who for step in present)


def test_the_practice_sees_the_picture_and_the_promise(sign_in: Callable[..., Client]) -> None:
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    case = opened(reporter(clerk))
    write_to_case(reporter(clerk), case.reference, "It was blue.")
    base = f"/o/{clerk.organisation.code}/cases/{case.reference}/"
    page = sign_in(clerk).get(base).content.decode()
    assert f"Progress of case {case.reference}" in page and "You have a first reply by" in page
    answer_case(agent(), case.reference, "It is here.")
    page = sign_in(clerk).get(base).content.decode()
    assert "It closes by itself after" in page and "From your organisation" in page and "Whoever asked" not in page
