"""What the operator is told of the tasks: ``bin/portal work --list``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.foundation.worker.models import PeriodicTask
from portal.foundation.worker.register import Task, all_tasks

LATE_INTERVALS = 10  # a task this many intervals overdue is late, if that is more than ten minutes
LATE_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class TaskReport:
    """One task's state: ``running``, ``failing``, ``late``, ``waiting``, or ``never run``. Times are UTC."""

    code: str
    does: str
    every_seconds: int
    state: str
    due_at: datetime | None
    last_started_at: datetime | None
    last_finished_at: datetime | None
    runs: int
    failures: int
    last_error: str

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look."""
        return self.state in {"failing", "late"}


def report_tasks() -> list[TaskReport]:
    """Every registered task, with how its last run went."""
    rows = {row.code: row for row in PeriodicTask.objects.all()}
    return [_report(task, rows.get(code)) for code, task in all_tasks().items()]


def _report(task: Task, row: PeriodicTask | None) -> TaskReport:
    return TaskReport(
        code=task.code,
        does=task.sentence,
        every_seconds=int(task.every.total_seconds()),
        state=_state(task, row) if row else "never run",
        due_at=row.due_at if row else None,
        last_started_at=row.last_started_at if row else None,
        last_finished_at=row.last_finished_at if row else None,
        runs=row.runs if row else 0,
        failures=row.failures if row else 0,
        last_error=row.last_error if row else "",
    )


def _state(task: Task, row: PeriodicTask) -> str:
    now = timezone.now()
    if row.leased_until is not None and row.leased_until > now:
        return "running"
    if row.last_error:
        return "failing"
    if (now - row.due_at).total_seconds() > max(LATE_INTERVALS * task.every.total_seconds(), LATE_SECONDS):
        return "late"
    return "waiting" if row.runs else "never run"
