"""Making two transactions overlap on purpose, without a sleep in the code under test."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from portal.foundation.access.row_security import set_scope


class Meeting:
    """A point in the code where two threads wait for each other, but not for ever.

    With the lock in place the second thread never gets there while the first holds it: the first
    waits out the time and goes on. With the lock taken out both are there at once, and race.
    """

    def __init__(self, parties: int = 2, seconds: float = 1.5) -> None:
        self._barrier = threading.Barrier(parties)
        self._seconds = seconds

    def wait(self) -> None:
        """Waits for the other thread, or until the time is up."""
        try:
            self._barrier.wait(self._seconds)
        except threading.BrokenBarrierError:
            return

    def after(self, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
        """Puts the meeting right after the function at ``where`` (a dotted name) has returned."""
        module, _, name = where.rpartition(".")
        original = getattr(__import__(module, fromlist=[name]), name)

        def meet(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self.wait()
            return result

        monkeypatch.setattr(where, meet)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Runs the jobs in threads of their own, started together; returns results or the exceptions raised.

    Each thread has its own database connection with the system's row scope, closed at the end.
    """
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            set_scope("system")
            start.wait(5)
            return job()
        except Exception as error:  # the test asserts on it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
