"""Two workers, one task: it is run once (R4). Seen to fail with the row lock taken out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.foundation.worker import running
from portal.foundation.worker.models import PeriodicTask
from portal.foundation.worker.register import Task
from portal.foundation.worker.running import run_due
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CODE = "tests.count_sheep"


def _two_workers(monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the task was run when two workers looked for work at the same moment."""
    PeriodicTask.objects.create(code=CODE)
    Meeting().after(monkeypatch, "portal.foundation.worker.running.next_due")
    runs: list[int] = []
    tasks = {CODE: Task(CODE, timedelta(hours=1), lambda: runs.append(1))}
    answers = at_once(lambda: run_due(tasks), lambda: run_due(tasks))
    assert [each for each in answers if isinstance(each, Exception)] == []
    return len(runs)


def test_two_workers_run_a_task_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _two_workers(monkeypatch) == 1
    assert PeriodicTask.objects.get(code=CODE).runs == 1


def test_without_the_lock_both_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(codes: list[str]) -> PeriodicTask | None:
        return PeriodicTask.objects.due().filter(code__in=codes).first()  # type: ignore[attr-defined,no-any-return]

    monkeypatch.setattr(running, "next_due", unlocked)
    assert _two_workers(monkeypatch) == 2
