"""Making two transactions overlap on purpose, without a sleep in the code under test.

What a race asserts must not hang on which thread is faster. ``RACES=first bin/test tests/races`` makes the first
thread late on purpose, when it starts and when it leaves a meeting; ``RACES=second`` the second one; ``RACES=7`` all of
them at random, from that seed. So a test that fails by chance on a busy machine fails at a desk. It then needs its
meeting right after the read that decides, or an order that it makes itself.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest
from django.db import connection

from portal.foundation.access.row_security import set_scope

LOOK_AGAIN, PATIENCE, LATE = 0.02, 60.0, 0.4  # seconds
RACES = os.environ.get("RACES", "")


class Crowd:
    """The threads of one ``at_once``, and the news of them that a thread can wait for."""

    def __init__(self, size: int) -> None:
        self.members = [Member(self, number) for number in range(size)]
        self.news = threading.Condition()


class Member:
    """One thread: its database session, and whether its job is done."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd, self.number = crowd, number
        self.process = 0  # of the database server, for the thread's session
        self.is_done = False
        self._chance = random.Random(f"{RACES} {number} {os.environ.get('PYTEST_CURRENT_TEST')}")

    def wait_until(self, reached: Callable[[], bool]) -> None:
        """Holds the thread up until ``reached``; for ever is a failure of the test."""
        end = time.monotonic() + PATIENCE
        with self.crowd.news:
            while not reached():
                if time.monotonic() > end:
                    raise NobodyCame(f"Thread {self.number} waited {PATIENCE:.0f} seconds for the others.")
                self.crowd.news.wait(LOOK_AGAIN)

    def is_held_up(self) -> bool:
        """Whether the thread waits for a lock that another one of them holds."""
        everybody = [each.process for each in self.crowd.members]
        with connection.cursor() as cursor:
            cursor.execute("select pg_blocking_pids(%s) && %s::int[]", [self.process, everybody])
            return bool(cursor.fetchone()[0])

    def may_be_late(self) -> None:
        """Where ``RACES`` wants it, the thread falls behind."""
        if RACES.isdecimal():
            late = self._chance.uniform(0, LATE)
        else:
            late = LATE if (RACES, self.number) in {("first", 0), ("second", 1)} else 0.0
        if late:
            print(f"RACES={RACES}: thread {self.number} is late by {late:.2f} s")
            time.sleep(late)


class NobodyCame(Exception):
    """A thread waited for another one that neither came, nor ended, nor waits for a lock."""


_MEMBER: ContextVar[Member | None] = ContextVar("member", default=None)


class Meeting:
    """A point in the code where the threads of ``at_once`` wait for each other, as long as the others can still come.

    With the lock in place the second thread never gets there while the first holds it. PostgreSQL says so, and the
    first goes on. With the lock taken out all are there at once, and race. Whoever comes after that is held up no more.
    """

    def __init__(self) -> None:
        self._times: Counter[int] = Counter()
        self._is_over = False

    def wait(self) -> None:
        """Waits for each of the others to come as often as this thread did, or to end, or to stand at a lock."""
        me = _MEMBER.get()
        if me is None:
            return  # a test's preparations
        with me.crowd.news:
            self._times[me.number] += 1
            me.crowd.news.notify_all()

        def met() -> bool:
            if self._is_over:
                return True
            missing = [each for each in me.crowd.members if self._times[each.number] < self._times[me.number]]
            self._is_over = bool(missing) and all(each.is_done or each.is_held_up() for each in missing)
            return self._is_over or not missing

        me.wait_until(met)
        me.may_be_late()

    def after(self, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
        """Puts the meeting right after the function at ``where`` (a dotted name) has returned."""
        module, _, name = where.rpartition(".")
        original = getattr(__import__(module, fromlist=[name]), name)

        def meet(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self.wait()
            return result

        monkeypatch.setattr(where, meet)


def let_the_others_by() -> None:
    """Holds this thread of ``at_once`` up until each of the others has done its job, or stands at a lock."""
    me = _MEMBER.get()
    assert me is not None, "there are no others"
    others = [each for each in me.crowd.members if each is not me]
    me.wait_until(lambda: all(each.is_done or each.is_held_up() for each in others))


def in_between(
    monkeypatch: pytest.MonkeyPatch, first: Callable[[], Any], second: Callable[[], Any], *, after: str
) -> list[Any]:
    """Runs ``first`` until the function at ``after`` has returned, then all of ``second`` if nothing holds it up."""
    begun, first_call = Meeting(), iter([True])
    module, _, name = after.rpartition(".")
    original = getattr(__import__(module, fromlist=[name]), name)

    def stop(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if next(first_call, False):
            begun.wait()
            let_the_others_by()
        return result

    def go_by() -> Any:
        begun.wait()
        return second()

    monkeypatch.setattr(after, stop)
    return at_once(first, go_by)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Runs the jobs in threads of their own, started together; returns results or the exceptions raised.

    Each thread has its own database connection with the system's row scope, closed at the end.
    """
    crowd = Crowd(len(jobs))
    start = threading.Barrier(len(jobs))

    def run(member: Member, job: Callable[[], Any]) -> Any:
        _MEMBER.set(member)
        try:
            set_scope("system")
            member.process = connection.connection.info.backend_pid
            start.wait(PATIENCE)
            member.may_be_late()
            return job()
        except Exception as error:  # the test asserts on it
            return error
        finally:
            connection.close()
            with crowd.news:
                member.is_done = True
                crowd.news.notify_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        results = list(pool.map(run, crowd.members, jobs))
    for each in results:
        if isinstance(each, NobodyCame):
            raise each
    return results
