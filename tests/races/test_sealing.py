"""Rows are written while others are sealed: none is left out, whatever the order of the commits (trust I13).

Each race is run as the code is, and with the horizon taken out, where a row that commits late is lost to its seal and
looks like one that somebody slipped in.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from portal.foundation.access import system_actor
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit import EventType, build_event, horizon, record_many, sealing
from portal.foundation.audit.models import AuditEvent, AuditSeal
from portal.foundation.audit.sealing import seal_what_is_settled
from portal.foundation.audit.verifying import Verification
from tests.races.meeting import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DONE = EventType("tests.thing_done", "{actor} did {subject}", frozenset())
EVENTS = "audit_auditevent"
LONG = 120  # seconds; nothing takes so long on a busy machine


def write(name: str) -> int:
    """One event; its id."""
    event = build_event(DONE, actor=system_actor("a test"), subject=("thing", name))
    with transaction.atomic():
        record_many([event])
    return event.id


class SlowWriter:
    """A transaction that has its row's id, and commits when it is told to."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._written, self._go = threading.Event(), threading.Event()
        self._done = pool.submit(self._run)
        assert self._written.wait(LONG)

    def _run(self) -> int:
        try:
            set_scope("system")
            with transaction.atomic():
                row_id = write("late")
                self._written.set()
                assert self._go.wait(LONG)
            return row_id
        finally:
            connection.close()

    def commit(self) -> int:
        """Lets it commit; the id of its row."""
        self._go.set()
        return self._done.result(LONG)


@pytest.fixture
def slow() -> Iterator[SlowWriter]:
    with ThreadPoolExecutor(1) as pool:
        writer = SlowWriter(pool)
        yield writer
        writer.commit()


def wrong() -> list[str]:
    """What verification says."""
    return [str(each) for each in Verification().problems()]


def _patient_for(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "settled_up_to", partial(horizon.settled_up_to, patience=seconds))


def test_nothing_is_sealed_above_a_row_that_may_still_come(slow: SlowWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    _patient_for(0.2, monkeypatch)
    early = write("early")  # a larger id, committed first
    assert seal_what_is_settled() == []
    late = slow.commit()
    assert late < early
    (seal,) = seal_what_is_settled()
    assert (seal.rows, seal.last_id) == (2, early)
    assert wrong() == []


def test_without_the_horizon_the_late_row_looks_like_one_that_slipped_in(
    slow: SlowWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "settled_up_to", horizon.newest_id)
    write("early")
    assert [seal.rows for seal in seal_what_is_settled()] == [1]
    late = slow.commit()
    assert wrong() == [f"{EVENTS} {late}: was not there when its place was sealed"]


def test_the_one_who_seals_waits_for_a_writer_that_is_quick(slow: SlowWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    _patient_for(LONG, monkeypatch)
    timer = threading.Timer(0.3, slow.commit)
    timer.start()
    (seal,) = seal_what_is_settled()
    assert seal.rows == 1
    timer.join()


def test_a_writer_never_waits_for_the_one_who_seals(slow: SlowWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    _patient_for(LONG, monkeypatch)
    with ThreadPoolExecutor(1) as pool:
        sealer = pool.submit(_sealed_elsewhere)
        for number in range(20):
            write(str(number))
        assert not sealer.done(), "it still waits for the slow one, and the others did not wait for it"
        slow.commit()
        assert sum(seal.rows for seal in sealer.result(LONG)) >= 1
    seal_what_is_settled()
    assert wrong() == []


def _sealed_elsewhere() -> list[AuditSeal]:
    try:
        set_scope("system")
        return seal_what_is_settled()
    finally:
        connection.close()


def test_workers_that_seal_at_once_make_one_chain() -> None:
    for number in range(5):
        write(str(number))
    results: list[Any] = at_once(seal_what_is_settled, seal_what_is_settled, seal_what_is_settled)
    set_scope("system")
    assert sorted(len(each) for each in results) == [0, 0, 1]
    assert AuditSeal.objects.count() == 1
    assert wrong() == []


def test_a_storm_of_writers_and_sealers_leaves_every_row_in_one_seal() -> None:
    def writing() -> None:
        for number in range(40):
            with transaction.atomic():
                write(f"a{number}")
                if number % 3 == 0:
                    write(f"b{number}")
                if number % 7 == 0:
                    transaction.set_rollback(True)

    def sealing_again_and_again() -> None:
        for _ in range(8):
            seal_what_is_settled()

    jobs = (writing, writing, writing, sealing_again_and_again, sealing_again_and_again)
    assert [each for each in at_once(*jobs) if each is not None] == []
    set_scope("system")
    seal_what_is_settled()
    of_events = AuditSeal.objects.filter(table=EVENTS)
    assert sum(of_events.values_list("rows", flat=True)) == AuditEvent.objects.count() > 100
    assert wrong() == []


def test_nobody_has_an_id_of_a_table_that_he_has_not_locked() -> None:
    """Failed while rows asked for their ids in a statement before the INSERT: a run in between left them out."""
    seen: list[tuple[int, set[str]]] = []

    def look_from_outside(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        seen.append(pool.submit(_newest_and_writers).result(LONG))
        return result

    events = [build_event(DONE, actor=system_actor("a test"), subject=("thing", str(number))) for number in range(3)]
    before = horizon.newest_id(EVENTS)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.execute_wrapper(look_from_outside):
            record_many(events)
        pool.submit(lambda: connection.close()).result(LONG)  # the connection of that thread
    assert seen[-1][0] == before + len(events)
    assert [newest for newest, writers in seen if newest > before and not writers] == []


def _newest_and_writers() -> tuple[int, set[str]]:
    return horizon.newest_id(EVENTS), horizon.writers(EVENTS)
