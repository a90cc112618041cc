"""Seals cover what was committed, in one chain, and verification names whatever differs."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from portal.foundation.access import system_actor
from portal.foundation.audit import EventType, build_event, record_many
from portal.foundation.audit import sealing as seal_room
from portal.foundation.audit.models import AuditEvent, AuditSeal
from portal.foundation.audit.sealed import Problem, chain_verifier, sealed_table
from portal.foundation.audit.sealing import RowsOfASeal, fingerprint_of, seal_what_is_settled
from portal.foundation.audit.verifying import Verification, _without
from portal.foundation.worker.running import run_due
from portal.foundation.worker.tasks import seal_audit

pytestmark = pytest.mark.django_db
DONE = EventType("tests.thing_done", "{actor} did {subject} {times} times", frozenset({"times"}))
EVENTS = "audit_auditevent"


@pytest.fixture(autouse=True)
def anchor(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR = tmp_path / "kept" / "seals.log"
    return settings.AUDIT_ANCHOR  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _committing(django_capture_on_commit_callbacks: Callable[..., Any]) -> Any:
    """What is done after a commit is done in these tests, too: ``sealed`` says when."""
    return django_capture_on_commit_callbacks


def write(number: int) -> list[AuditEvent]:
    """So many events."""
    actor = system_actor("a test")
    events = [build_event(DONE, actor=actor, subject=("thing", f"T{each}"), times=each) for each in range(number)]
    record_many(events)
    return events


@pytest.fixture
def sealed(_committing: Callable[..., Any]) -> Callable[[], list[AuditSeal]]:
    def run() -> list[AuditSeal]:
        with _committing(execute=True):
            return seal_what_is_settled()

    return run


def wrong(**options: Any) -> list[tuple[str, str, str]]:
    """What verification says."""
    return [(each.table, each.row, each.what) for each in Verification().problems(**options)]


def as_owner(sql: str, *values: Any) -> None:
    """What somebody does who owns the database: the guards are no hindrance."""
    with connection.cursor() as cursor:
        for table in (EVENTS, "audit_auditseal"):
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(sql, values)


def test_a_seal_covers_what_is_new_and_the_next_one_follows(sealed: Callable[[], list[AuditSeal]]) -> None:
    first = write(3)
    (one,) = sealed()
    assert (one.number, one.rows, one.last_id, bytes(one.previous)) == (1, 3, first[-1].id, b"")
    assert sealed() == []
    second = write(2)
    (two,) = sealed()
    assert (two.number, two.after_id, two.last_id, two.previous) == (2, one.last_id, second[-1].id, one.digest)
    assert wrong() == []


def test_ids_that_were_given_up_are_gaps(sealed: Callable[[], list[AuditSeal]]) -> None:
    before = write(1)[0].id
    with transaction.atomic():
        write(2)
        transaction.set_rollback(True)
    write(1)
    (seal,) = sealed()
    assert [before + 1, before + 2] in seal.gaps
    assert seal.rows == 2
    assert wrong() == []


def test_a_seal_has_so_many_rows_at_most(
    sealed: Callable[[], list[AuditSeal]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_room, "ROWS_OF_A_SEAL", 4)
    write(10)
    assert [seal.rows for seal in sealed()] == [4, 4, 2]
    assert wrong() == []


def test_what_is_not_sealed_yet_is_counted_and_checked(sealed: Callable[[], list[AuditSeal]]) -> None:
    write(2)
    sealed()
    late = write(3)
    as_owner(f"update {EVENTS} set actor_name = 'x' where id = %s", late[1].id)
    verification = Verification()
    assert [(each.row, each.what) for each in verification.problems()] == [(str(late[1].id), "is not what was written")]
    assert (verification.rows[EVENTS], verification.unsealed[EVENTS], verification.seals) == (5, 3, 1)


def test_a_row_that_is_gone_is_named(sealed: Callable[[], list[AuditSeal]]) -> None:
    events = write(6)
    sealed()
    as_owner(f"delete from {EVENTS} where id in (%s, %s, %s)", events[1].id, events[2].id, events[4].id)
    assert wrong() == [
        (EVENTS, f"{events[1].id} to {events[2].id}", "is gone"),
        (EVENTS, str(events[4].id), "is gone"),
    ]


def test_a_row_that_slipped_in_is_named(sealed: Callable[[], list[AuditSeal]]) -> None:
    with transaction.atomic():
        gap = write(1)[0].id
        transaction.set_rollback(True)
    first = write(2)[0]
    sealed()
    columns = "occurred_at, type, actor_name, actor_audience, subject_type, subject_reference, payload, request_id"
    as_owner(
        f"insert into {EVENTS} (id, {columns}, digest) select %s, {columns}, digest from {EVENTS} where id = %s",
        gap,
        first.id,
    )
    assert (EVENTS, str(gap), "was not there when its place was sealed") in wrong()
    assert (EVENTS, str(first.id), f"is a copy of {gap}") in wrong()


def test_a_copy_at_the_end_is_named_though_each_byte_of_it_is_true(sealed: Callable[[], list[AuditSeal]]) -> None:
    event = write(1)[0]
    sealed()
    columns = (
        "occurred_at, type, actor_name, actor_audience, subject_type, subject_reference, payload, request_id, digest"
    )
    as_owner(f"insert into {EVENTS} ({columns}) select {columns} from {EVENTS} where id = %s", event.id)
    assert [what for _, _, what in wrong()] == [f"is a copy of {event.id}"]


def test_rows_that_changed_places_are_both_named(sealed: Callable[[], list[AuditSeal]]) -> None:
    events = write(4)
    sealed()
    one, other = events[0].id, events[2].id
    for from_id, to_id in ((one, -1), (other, one), (-1, other)):
        as_owner(f"update {EVENTS} set id = %s where id = %s", to_id, from_id)
    assert wrong() == [
        (EVENTS, str(one), "is not the row that was sealed here"),
        (EVENTS, str(other), "is not the row that was sealed here"),
    ]


def test_a_row_signed_anew_by_a_thief_of_the_key_still_differs_from_its_seal(
    sealed: Callable[[], list[AuditSeal]],
) -> None:
    event, forged = write(2)
    sealed()
    changed = {"digest": forged.digest, "subject_reference": "T1", "occurred_at": forged.occurred_at}
    as_owner(f"update {EVENTS} set payload = '{{\"times\": 1}}' where id = %s", event.id)
    for column, value in changed.items():
        as_owner(f"update {EVENTS} set {column} = %s where id = %s", value, event.id)
    assert (EVENTS, str(event.id), "is not the row that was sealed here") in wrong()


@pytest.mark.parametrize(
    "value",
    [
        "occurred_at = 'infinity'",
        "occurred_at = '4000-01-01 BC'",
        "payload = '1e5000'",
        "payload = 'null'",
        "payload = '1.5'",
        "digest = ''",
        "digest = '\\x00'",
        "actor_user_id = 5",
        "type = ''",
    ],
)
def test_no_value_stops_the_one_who_checks(sealed: Callable[[], list[AuditSeal]], value: str) -> None:
    events = write(3)
    sealed()
    as_owner(f"update {EVENTS} set {value} where id = %s", events[1].id)
    assert (EVENTS, str(events[1].id), "is not what was written") in wrong()


@pytest.mark.parametrize("column", ["table", "after_id", "last_id", "rows", "gaps", "content", "marks", "sealed_at"])
def test_a_changed_seal_is_named(sealed: Callable[[], list[AuditSeal]], column: str) -> None:
    write(3)
    sealed()
    values = {"table": "'x'", "gaps": "'[[1, 5000000000000]]'", "sealed_at": "'infinity'"}
    value = values.get(column, "'\\x00'" if column in {"content", "marks"} else f"{column} + 1")
    as_owner(f'update audit_auditseal set "{column}" = {value}')
    found = wrong()
    assert found[0] == ("audit_auditseal", "1", "is not what was sealed")
    assert len(found) == 1, "what a changed seal says of rows is not believed"


def test_a_seal_that_is_gone_from_the_middle_is_named(sealed: Callable[[], list[AuditSeal]], anchor: Path) -> None:
    for _ in range(3):
        write(1)
        sealed()
    anchor.unlink()
    as_owner("delete from audit_auditseal where number = 2")
    assert wrong() == [("audit_auditseal", "2", "is gone")]


def test_an_end_that_was_cut_off_with_its_seals_is_missed_outside(
    sealed: Callable[[], list[AuditSeal]], anchor: Path
) -> None:
    """The half with the control off: without what is kept outside, the cut leaves no trace."""
    write(2)
    sealed()
    lost = write(2)
    (seal,) = sealed()
    as_owner("delete from audit_auditseal where number = 2")
    as_owner(f"delete from {EVENTS} where id >= %s", lost[0].id)
    assert wrong() == [("audit_auditseal", "2", "is gone, and was kept outside the database")]
    anchor.unlink()
    assert wrong() == []
    assert wrong(expected=[fingerprint_of(seal)]) != []


def test_a_chain_made_anew_differs_from_what_was_kept(sealed: Callable[[], list[AuditSeal]], anchor: Path) -> None:
    write(2)
    sealed()
    as_owner("delete from audit_auditseal")
    seal_what_is_settled()  # the same rows, sealed at another moment
    assert wrong() == [("audit_auditseal", "1", "differs from what was kept outside the database")]


def test_what_is_kept_outside_may_be_out_of_order_but_not_unreadable(
    sealed: Callable[[], list[AuditSeal]], anchor: Path
) -> None:
    for _ in range(3):
        write(1)
        sealed()
    lines = anchor.read_text().splitlines()
    anchor.write_text("\n".join([lines[2], lines[0], lines[1]]) + "\n")
    assert wrong() == []
    assert anchor.stat().st_mode & 0o077 == 0
    anchor.write_text("\n".join([*lines, "nonsense"]))
    assert wrong() == [(str(anchor), "nonsense", "is no line of number:digest")]


def test_a_retired_key_still_reads_and_a_lost_one_shows(sealed: Callable[[], list[AuditSeal]], settings: Any) -> None:
    write(2)
    sealed()
    settings.OLD_AUDIT_KEYS, settings.AUDIT_KEY = [settings.AUDIT_KEY], b"another" * 10
    write(1)
    sealed()
    assert wrong() == []
    settings.OLD_AUDIT_KEYS = []
    assert len(wrong()) == 3  # a seal and its two rows


def test_a_chain_of_an_app_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    chains: dict[str, Any] = {}
    monkeypatch.setattr("portal.foundation.audit.sealed.CHAINS", chains)
    chain_verifier("tests.links", lambda: iter([Problem(table="links", row="7", what="is bent")]))
    assert wrong() == [("links", "7", "is bent")]
    with pytest.raises(ValueError, match="twice"):
        chain_verifier("tests.links", lambda: iter([]))
    with pytest.raises(ValueError, match="twice"):
        sealed_table(EVENTS, "audit.AuditEvent")


def test_the_command_names_each_row_and_says_how_it_ended(sealed: Callable[[], list[AuditSeal]]) -> None:
    events = write(3)
    sealed()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"{EVENTS}: 3 rows, 0 of them not sealed yet" in out.getvalue()
    assert "Nothing is wrong." in out.getvalue()
    as_owner(f"update {EVENTS} set request_id = 'x' where id = %s", events[1].id)
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", stdout=out)
    assert f"WRONG  {EVENTS} {events[1].id}: is not what was written" in out.getvalue()
    as_json = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", "--json", stdout=as_json)
    told = json.loads(as_json.getvalue())
    assert told["problems"] == [{"table": EVENTS, "row": str(events[1].id), "what": "is not what was written"}]
    assert (told["seals"], told["rows"][EVENTS]) == (1, 3)


@pytest.mark.parametrize("expected", ["5:abcd", "0:ab", "nonsense"])
def test_the_command_compares_with_what_somebody_kept(expected: str) -> None:
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", expect=[expected], stdout=StringIO())


def test_the_worker_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.foundation.worker.register import all_tasks

    task = all_tasks()["worker.seal_audit"]
    assert task.run is seal_audit
    write(1)
    assert [run.error for run in run_due({task.code: task})] == [""]
    assert AuditSeal.objects.count() == 1


def test_events_from_before_the_digests_are_signed_as_they_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("portal.foundation.audit.migrations.0004_sign_what_is_there")
    monkeypatch.setattr(migration, "_BATCH", 3)
    write(10)
    as_owner(f"update {EVENTS} set digest = ''")
    as_owner(f"alter table {EVENTS} enable trigger user")
    assert len(wrong()) > 1
    with connection.schema_editor(atomic=False) as editor:
        migration.sign_events(apps, editor)
    assert wrong() == []
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        AuditEvent.objects.update(type="x")  # the guard is on again


def test_the_memory_of_a_check_does_not_grow_with_the_rows(
    sealed: Callable[[], list[AuditSeal]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_room, "ROWS_OF_A_SEAL", 500)
    monkeypatch.setattr("portal.foundation.audit.safe_reading.CHUNK", 200)
    peaks = []
    for number in (2_000, 10_000):
        write(number)
        sealed()
        tracemalloc.start()
        assert wrong() == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0], peaks


_RUNS = some.lists(some.integers(1, 30), unique=True).map(sorted)


def _as_runs(ids: list[int]) -> list[list[int]]:
    content = RowsOfASeal(0)
    for each in sorted(set(range(1, 32)) - set(ids)):
        content.add(each, b"d" * 4)
    content.end(31)
    return content.gaps


@given(_RUNS, _RUNS)
def test_runs_less_runs_are_the_ids_less_the_ids(one: list[int], other: list[int]) -> None:
    left = [number for first, last in _without(_as_runs(one), _as_runs(other)) for number in range(first, last + 1)]
    assert left == sorted(set(one) - set(other))
