"""Running what is due: lease, run, settle. Any number of workers may do it at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.foundation.access.row_security import system_scope
from portal.foundation.request_id import new_request_id
from portal.foundation.worker.models import PeriodicTask
from portal.foundation.worker.one_by_one import SomeFailed
from portal.foundation.worker.register import Task, all_tasks

LEASE = timedelta(minutes=3)
RENEW_EVERY = timedelta(seconds=45)
ERROR_LENGTH = 500
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """One run of a task; ``error`` is '' when it went well."""

    code: str
    error: str


def run_due(tasks: dict[str, Task] | None = None, *, stop: Callable[[], bool] = lambda: False) -> list[Run]:
    """Runs each task that is due, at most once, one after the other; returns the runs.

    ``tasks`` are all registered ones by default. ``stop`` is asked between two runs. A task that fails has its
    error recorded and is tried again later; the others run. Database errors of the worker's own are raised.
    """
    known = all_tasks() if tasks is None else tasks
    _make_rows(known)
    runs: list[Run] = []
    while not stop() and (leased := _lease(known, besides=[run.code for run in runs])) is not None:
        row, started = leased
        runs.append(_run_one(known[row.code], row, started))
    return runs


def _make_rows(tasks: dict[str, Task]) -> None:
    """A row for each task seen for the first time; it is due at once. Rows of tasks that are gone stay."""
    missing = tasks.keys() - set(PeriodicTask.objects.filter(code__in=tasks).values_list("code", flat=True))
    PeriodicTask.objects.bulk_create([PeriodicTask(code=code) for code in sorted(missing)], ignore_conflicts=True)


def _lease(tasks: dict[str, Task], *, besides: list[str]) -> tuple[PeriodicTask, datetime] | None:
    """Takes the task that has waited longest and says since when, or None when none is due."""
    with transaction.atomic():
        row = next_due(list(tasks.keys() - set(besides)))
        if row is None:
            return None
        now = timezone.now()
        PeriodicTask.objects.filter(pk=row.pk).update(leased_until=now + LEASE, last_started_at=now, runs=F("runs") + 1)
    return row, now


def next_due(codes: list[str]) -> PeriodicTask | None:
    """The due task that has waited longest, locked; one that another worker is just leasing is passed over."""
    due = PeriodicTask.objects.due().filter(code__in=codes).order_by("due_at", "code")  # type: ignore[attr-defined]
    first: PeriodicTask | None = due.select_for_update(skip_locked=True).first()
    return first


def _run_one(task: Task, row: PeriodicTask, started: datetime) -> Run:
    new_request_id()
    error, some = "", False
    with _lease_renewed(row.code, started):
        try:
            with system_scope():
                task.run()
        except SomeFailed as problem:
            some = True
            error = str(problem).replace("\x00", "")[:ERROR_LENGTH]
            logger.error("some rows of a task failed", extra={"kind": task.code})
        except Exception as problem:  # one task that fails must not stop the others
            error = f"{type(problem).__name__}: {problem}".replace("\x00", "")[:ERROR_LENGTH]
            logger.exception("task failed", extra={"kind": task.code})
    _settle(task, row, started, error, rests=bool(error) and not some)
    return Run(task.code, error)


def _settle(task: Task, row: PeriodicTask, started: datetime, error: str, *, rests: bool) -> None:
    """Writes down how the run went, unless the lease ran out and another worker has taken the task over.

    A task that failed as a whole ``rests`` longer each time; one that failed over some rows comes at its time, because
    the other rows wait for it.
    """
    now = timezone.now()
    row.failures = row.failures + 1 if error else 0
    due_at = now + row.wait_after_failure(task.every) if rests else max(now, started + task.every)
    PeriodicTask.objects.filter(pk=row.pk, last_started_at=started).update(
        due_at=due_at, leased_until=None, last_finished_at=now, last_error=error, failures=row.failures
    )


@contextmanager
def _lease_renewed(code: str, started: datetime) -> Iterator[None]:
    """Renews the lease from a thread for as long as the run takes, however long: two never run one task."""
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(RENEW_EVERY.total_seconds()):
                try:
                    PeriodicTask.objects.filter(code=code, last_started_at=started).update(
                        leased_until=timezone.now() + LEASE
                    )
                except DatabaseError:
                    connection.close()  # the database went away; the next round has a new connection
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name=f"lease of {code}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
