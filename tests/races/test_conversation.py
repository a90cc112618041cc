"""Two people at one case at once: both take it; one joins it to another while its asker writes (J22).

Each race is run as the code is, and with the lock of the case taken out, where it is seen to do harm.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError

from portal.casework.models import Case, Message
from portal.casework.services.run_desk import merge_case
from portal.casework.services.work_case import take_case
from portal.casework.services.write_to_case import write_to_case
from portal.casework.tests.factories import agent, opened, reporter
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SERVICES = "portal.casework.services"


def _unlocked(actor: Actor, reference: str) -> Case:
    return Case.objects.visible_to(actor).get(reference=reference)  # type: ignore[attr-defined,no-any-return]


def _take_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    reference = opened().reference
    Meeting().after(monkeypatch, f"{SERVICES}.work_case.lock_case")
    return at_once(
        lambda: take_case(agent(name="Sam", user_id=900_011), reference),
        lambda: take_case(agent(name="Kim", user_id=900_012), reference),
    )


def test_of_two_who_take_a_case_one_is_told_who_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _take_twice(monkeypatch)
    assert sorted(isinstance(each, Conflict) for each in results) == [False, True]


def test_without_the_lock_both_believe_that_it_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SERVICES}.work_case.lock_case", _unlocked)
    results = _take_twice(monkeypatch)
    assert not any(isinstance(each, Conflict) for each in results)


def _write_while_it_is_joined(monkeypatch: pytest.MonkeyPatch) -> tuple[Case, list[Any]]:
    asker = reporter()
    case, other = opened(asker), opened(asker)
    meeting = Meeting()
    meeting.after(monkeypatch, f"{SERVICES}.write_to_case.lock_case")
    meeting.after(monkeypatch, f"{SERVICES}.run_desk._same_asker")
    results = at_once(
        lambda: merge_case(agent(), case.reference, other.reference),
        lambda: write_to_case(asker, case.reference, "It was two boxes."),
    )
    case.refresh_from_db()
    return case, results


def test_nothing_is_written_to_a_case_after_it_was_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    case, results = _write_while_it_is_joined(monkeypatch)
    written = Message.objects.filter(case=case, side="requester").first()
    joined = Message.objects.get(case=case, side="staff")
    assert case.state == "merged" and case.merged_into is not None
    assert isinstance(results[1], Conflict) if written is None else written.id < joined.id


def test_without_the_lock_the_writer_runs_into_the_databases_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trigger on the states keeps the case joined; the writer gets an error page instead of a sentence."""
    monkeypatch.setattr(f"{SERVICES}.write_to_case.lock_case", _unlocked)
    case, results = _write_while_it_is_joined(monkeypatch)
    assert case.state == "merged"
    assert isinstance(results[1], DatabaseError)
