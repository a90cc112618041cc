"""What signing costs who writes, and how fast the record is sealed and checked, beside bare work in the same run.

``bin/benchmark audit [ROWS]`` measures on a throw-away server. With the settings in the environment,
``python -m tests.benchmarks.audit_speed [ROWS]`` makes a database of its own on the server they name, and drops it.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.db import connection, transaction

from portal.demo.postgres import throw_away_cluster

ROUNDS = 7
SINGLE = 400  # events written one by one, a transaction each
TOGETHER = 5_000  # events written by one call
LINES = [
    "record(), a transaction each, microseconds",
    "record_many(), microseconds an event",
]


def _written_one_by_one() -> float:
    """Seconds for each event."""
    from portal.foundation.access import system_actor
    from portal.foundation.audit import EventType, record

    done = EventType("benchmark.thing_done", "{actor} did {subject}", frozenset({"lines"}))
    actor = system_actor("Benchmark")
    started = time.perf_counter()
    for number in range(SINGLE):
        with transaction.atomic():
            record(done, actor=actor, subject=("order", f"OR-{number}"), organisation_id=number, lines=number)
    return (time.perf_counter() - started) / SINGLE


def _written_together(number: int = TOGETHER) -> float:
    """Seconds for each event."""
    from portal.foundation.access import system_actor
    from portal.foundation.audit import EventType, build_event, record_many

    done = EventType("benchmark.thing_done", "{actor} did {subject}", frozenset({"lines"}))
    actor = system_actor("Benchmark")
    started = time.perf_counter()
    with transaction.atomic():
        record_many(
            [build_event(done, actor=actor, subject=("order", f"OR-{each}"), lines=each) for each in range(number)]
        )
    return (time.perf_counter() - started) / number


def _unsigned(rows: list[object]) -> None:
    for row in rows:
        row.digest = b""  # type: ignore[attr-defined]


def _in_turn(work: Callable[[], float]) -> tuple[float, float]:
    """Medians without signatures and with them, measured in turn."""
    bare, signed = [], []
    for _ in range(ROUNDS):
        with patch("portal.foundation.audit.record.sign", _unsigned):
            bare.append(work())
        signed.append(work())
    return statistics.median(bare), statistics.median(signed)


def _fill(rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("truncate audit_auditevent, audit_auditseal")
    settings.AUDIT_ANCHOR.unlink(missing_ok=True)
    for _ in range(rows // TOGETHER):
        _written_together()


def _streamed() -> float:
    """Seconds to read every row as a model, in the same chunks, and to do nothing with it."""
    from portal.foundation.audit.models import AuditEvent
    from portal.foundation.audit.safe_reading import every_row

    started = time.perf_counter()
    with transaction.atomic():
        for _ in every_row(AuditEvent.objects.order_by("id")):
            pass
    return time.perf_counter() - started


def report(rows: int) -> None:
    """Measures, and prints a line for each figure."""
    from portal.foundation.audit.sealing import seal_what_is_settled
    from portal.foundation.audit.verifying import Verification

    for line, work in zip(LINES, (_written_one_by_one, _written_together), strict=True):
        bare, signed = _in_turn(work)
        print(f"{line}: {bare * 1e6:.0f} unsigned, {signed * 1e6:.0f} signed, ratio {signed / bare:.2f}")
    for number in (rows // 10, rows):
        _fill(number)
        started = time.perf_counter()
        seals = len(seal_what_is_settled())
        sealed = time.perf_counter() - started
        streamed = _streamed()
        started = time.perf_counter()
        problems = list(Verification().problems())
        checked = time.perf_counter() - started
        if problems:
            raise SystemExit(f"{len(problems)} problems, such as {problems[0]}")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{number:,} rows: sealed at {number / sealed:,.0f} a second ({seals} seals); checked at"
            f" {number / checked:,.0f} a second, {checked / streamed:.2f} times reading them; {memory} MiB at most"
        )


def _run_on_throw_away_server() -> None:
    with throw_away_cluster() as cluster:
        environment = {
            "PORTAL_MODE": "test",
            "DATABASE_URL": cluster.url("portal_owner"),
            "DJANGO_SETTINGS_MODULE": "portal.config.settings",
        }
        command = [sys.executable, "-m", "tests.benchmarks.audit_speed", *sys.argv[1:]]
        subprocess.run(command, env={**os.environ, **environment}, check=True)


def main() -> None:
    """Measures in a database that is dropped afterwards, on a throw-away server where none is named."""
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        _run_on_throw_away_server()
        return
    import django

    django.setup()
    from portal.foundation.access.row_security import set_scope

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        set_scope("system")
        with tempfile.TemporaryDirectory() as folder:
            settings.AUDIT_ANCHOR = Path(folder) / "seals.log"
            report(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
