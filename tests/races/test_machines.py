"""One idempotency key twice at once is carried out once (R3)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from portal.machines import answering
from portal.machines.answering import answer_once
from portal.machines.models import GivenAnswer, Machine
from portal.machines.tests.factories import Program
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


class _Work:
    """Work that meets the other thread while it is being done."""

    def __init__(self) -> None:
        self.meeting, self.times = Meeting(), 0

    def __call__(self) -> tuple[int, str]:
        self.meeting.wait()
        self.times += 1
        return 200, f"done {self.times}"


def _twice(machine: Machine, work: _Work) -> list[object]:
    def send() -> object:
        return answer_once(machine, "/x", "K1", b"body", work)

    return at_once(send, send)


def test_the_second_waits_and_gets_the_answer_of_the_first() -> None:
    work = _Work()
    results = _twice(Program().machine, work)
    assert work.times == 1
    assert sorted(results, key=str) == [(200, "done 1", False), (200, "done 1", True)]
    assert GivenAnswer.objects.count() == 1


def test_without_the_claim_it_is_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    work = _Work()
    monkeypatch.setattr(answering, "_claim", lambda *given: True)
    results = _twice(Program().machine, work)
    assert work.times == 2
    assert not any(isinstance(each, IntegrityError) for each in results)
