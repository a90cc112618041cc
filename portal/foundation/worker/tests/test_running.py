"""Every task runs when it is due; one that fails is seen, waits longer, and holds up no other (P6)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.foundation.invariants import REGISTER, all_invariants, find_broken
from portal.foundation.worker import one_by_one, register, running
from portal.foundation.worker.models import PeriodicTask
from portal.foundation.worker.register import Task, periodic
from portal.foundation.worker.running import Run, run_due

pytestmark = pytest.mark.django_db
FIVE_MINUTES = timedelta(minutes=5)


def _task(run: Callable[[], object], code: str = "tests.count_sheep", every: timedelta = FIVE_MINUTES) -> Task:
    return Task(code, every, run)


def _known(*tasks: Task) -> dict[str, Task]:
    return {task.code: task for task in tasks}


def _make_due() -> None:
    PeriodicTask.objects.update(due_at=timezone.now())


def test_a_task_seen_for_the_first_time_runs_at_once_and_then_after_its_interval() -> None:
    runs: list[int] = []
    known = _known(_task(lambda: runs.append(1)))
    assert run_due(known) == [Run("tests.count_sheep", "")]
    assert run_due(known) == []
    row = PeriodicTask.objects.get()
    assert row.last_started_at is not None and row.last_finished_at is not None
    assert row.due_at == row.last_started_at + FIVE_MINUTES
    assert (len(runs), row.runs, row.leased_until, row.last_error) == (1, 1, None, "")


def test_a_task_that_fails_is_seen_waits_longer_each_time_and_stops_no_other() -> None:
    runs: list[int] = []
    known = _known(_task(lambda: 1 / 0, "tests.break_glass"), _task(lambda: runs.append(1)))
    for failures, minutes in [(1, 5), (2, 5), (3, 8), (4, 16)]:
        _make_due()
        run_due(known)
        broken = PeriodicTask.objects.get(code="tests.break_glass")
        assert broken.last_finished_at is not None
        assert (broken.failures, broken.due_at) == (failures, broken.last_finished_at + timedelta(minutes=minutes))
    assert "ZeroDivisionError" in broken.last_error
    assert len(runs) == 4


def test_one_row_that_fails_holds_up_no_other_and_the_task_comes_at_its_time() -> None:
    done: list[int] = []

    def halve(number: int) -> None:
        done.append(12 // number)

    known = _known(_task(lambda: one_by_one([3, 0, 4], halve), "tests.break_glass"))
    for failures in (1, 2, 9):
        _make_due()
        PeriodicTask.objects.update(failures=failures - 1)
        run_due(known)
        row = PeriodicTask.objects.get()
        assert row.last_started_at is not None
        assert (row.failures, row.due_at) == (failures, row.last_started_at + FIVE_MINUTES)
    assert row.last_error == "1 of 3 failed: 0 (ZeroDivisionError)"
    assert done == [4, 3] * 3
    one_by_one([1], halve)


def test_a_good_run_ends_the_count_of_failures() -> None:
    fails = [True]
    known = _known(_task(lambda: 1 / 0 if fails.pop() else None))
    run_due(known)
    fails.append(False)
    _make_due()
    run_due(known)
    assert PeriodicTask.objects.values_list("failures", "last_error").get() == (0, "")


def test_an_error_with_a_nul_in_it_is_still_written_down() -> None:
    def fail() -> None:
        raise ValueError("a\x00b")

    (run,) = run_due(_known(_task(fail)))
    assert run.error == "ValueError: ab" == PeriodicTask.objects.get().last_error


def test_a_task_acts_for_the_system_and_what_follows_does_not() -> None:
    seen: list[str] = []

    def scope() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('portal.scope', true)")
            return str(cursor.fetchone()[0])

    with connection.cursor() as cursor:
        cursor.execute("select set_config('portal.scope', '', false)")
    run_due(_known(_task(lambda: seen.append(scope()))))
    assert (seen, scope()) == (["system"], "")


def test_the_lease_of_a_dead_worker_runs_out() -> None:
    runs: list[int] = []
    known = _known(_task(lambda: runs.append(1)))
    now = timezone.now()
    PeriodicTask.objects.create(
        code="tests.count_sheep", last_started_at=now, leased_until=now + timedelta(seconds=60), runs=1
    )
    assert run_due(known) == []
    PeriodicTask.objects.update(leased_until=now - timedelta(seconds=1))
    assert len(run_due(known)) == len(runs) == 1


def test_a_worker_that_lost_its_lease_does_not_settle_what_another_has_taken_over() -> None:
    later = timezone.now() + timedelta(seconds=1)

    def overtaken() -> None:
        PeriodicTask.objects.update(last_started_at=later, leased_until=later + running.LEASE)

    run_due(_known(_task(overtaken)))
    row = PeriodicTask.objects.get()
    assert (row.last_started_at, row.leased_until, row.last_finished_at) == (later, later + running.LEASE, None)


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_for_as_long_as_a_task_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed = threading.Event()
    leases: list[object] = []
    monkeypatch.setattr(running, "RENEW_EVERY", timedelta(milliseconds=20))
    monkeypatch.setattr(running, "LEASE", timedelta(minutes=3))

    def takes_long() -> None:
        first = PeriodicTask.objects.get().leased_until
        for _ in range(500):
            leases[:] = [first, PeriodicTask.objects.get().leased_until]
            if leases[0] != leases[1]:
                return
            renewed.wait(0.02)

    run_due(_known(_task(takes_long)))
    assert leases[0] < leases[1]  # type: ignore[operator]


def test_a_worker_asked_to_stop_begins_no_further_task() -> None:
    runs: list[int] = []
    known = _known(_task(lambda: runs.append(1), "tests.run_first"), _task(lambda: runs.append(2), "tests.run_second"))
    run_due(known, stop=lambda: bool(runs))
    assert runs == [1]


@pytest.mark.parametrize("code", ["send", "app.send", "App.send_mail", "app.send mail", "app.send_mail'); --"])
def test_a_code_is_an_app_and_a_verb_and_a_noun(code: str) -> None:
    with pytest.raises(ValueError, match="not a task's code"):
        periodic(code, every=FIVE_MINUTES)


def test_a_code_is_taken_once_and_an_interval_is_not_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "REGISTER", {})
    periodic("tests.count_sheep", every=FIVE_MINUTES)(lambda: None)
    with pytest.raises(ValueError, match="twice"):
        periodic("tests.count_sheep", every=FIVE_MINUTES)(lambda: None)
    with pytest.raises(ValueError, match="more often"):
        periodic("tests.count_goats", every=timedelta(0))


@pytest.fixture
def _one_known_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invariant as it would be if the only tasks were ``tests.count_sheep`` and ``tests.stay_awake``."""
    all_invariants()
    old = REGISTER["worker.no_task_is_forgotten"]
    from portal.foundation.worker.invariants import forgotten

    known = _known(_task(lambda: None), _task(lambda: None, "tests.stay_awake"))
    monkeypatch.setitem(REGISTER, old.code, type(old)(old.code, old.sentence, forgotten(known)))


@pytest.mark.usefixtures("_one_known_task")
@pytest.mark.parametrize(
    ("details", "is_broken"),
    [
        ({"due_at": -120}, True),
        ({"due_at": -40}, False),
        ({"due_at": -120, "last_error": "ValueError", "failures": 1}, False),
        ({"due_at": -120, "last_started_at": -130, "leased_until": 2}, False),
        ({"due_at": -120, "last_started_at": -130, "leased_until": -2}, True),
        ({"due_at": -500, "last_started_at": -400, "leased_until": 2}, True),
    ],
)
def test_the_invariant_finds_a_task_that_was_forgotten(details: dict[str, object], is_broken: bool) -> None:
    now = timezone.now()
    values = {
        name: now + timedelta(minutes=value) if isinstance(value, int) and name != "failures" else value
        for name, value in details.items()
    }
    PeriodicTask.objects.create(code="tests.count_sheep", **values)
    PeriodicTask.objects.create(code="tests.stay_awake", last_finished_at=now, due_at=now + FIVE_MINUTES)
    assert ("worker.no_task_is_forgotten" in {each.invariant.code for each in find_broken()}) is is_broken
    PeriodicTask.objects.filter(code="tests.stay_awake").update(last_finished_at=now - timedelta(days=1))
    still = is_broken and details["due_at"] == -500
    assert ("worker.no_task_is_forgotten" in {each.invariant.code for each in find_broken()}) is still
