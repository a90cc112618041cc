"""How long the import of the real files takes beside a bare COPY of the same bytes, in the same run.

``bin/benchmark import [ROUNDS]`` measures on a throw-away server. With the settings in the environment,
``python -m tests.benchmarks.import_speed`` makes a database of its own on the server they name, and drops it.
The aim is a ratio of at most 6 (issue 2).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection, transaction

from portal.demo.postgres import throw_away_cluster

FILES = ("epraccur.csv", "ebranchs.csv", "egdpprac.csv", "edispensary.csv")
AIM = 6.0


def copy_seconds(paths: list[Path]) -> float:
    """Seconds for COPY of the files into an ordinary table of 27 text columns, one transaction a file."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists benchmark_plain")
        columns = ", ".join(f"c{number} text" for number in range(1, 28))
        cursor.execute(f"create table benchmark_plain ({columns})")
    started = time.perf_counter()
    for path in paths:
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy("copy benchmark_plain from stdin (format csv)") as copy,
            path.open("rb") as file,
        ):
            while block := file.read(1024 * 1024):
                copy.write(block)
    return time.perf_counter() - started


def import_seconds(paths: list[Path]) -> float:
    """Seconds for the import of the files into an empty directory, runs and events included."""
    from portal.foundation.access import system_actor
    from portal.organisations.permissions import IMPORT_DIRECTORY
    from portal.organisations.services.import_release import ImportRelease, import_release

    with connection.cursor() as cursor:
        cursor.execute("truncate organisations_organisation, organisations_importrun cascade")
    actor = system_actor("Benchmark", IMPORT_DIRECTORY)
    started = time.perf_counter()
    for path in paths:
        outcome = import_release(actor, ImportRelease(path=path))
        if outcome.is_refused or outcome.created != outcome.read:
            raise SystemExit(f"{path} was not imported whole: {outcome.as_json()}")
    return time.perf_counter() - started


def measure(folder: Path, rounds: int) -> tuple[float, float]:
    """Median seconds of COPY and of the import, the two measured in turn."""
    paths = [folder / name for name in FILES]
    copies, imports = [], []
    for _ in range(rounds):
        copies.append(copy_seconds(paths))
        imports.append(import_seconds(paths))
    return statistics.median(copies), statistics.median(imports)


def report(copy: float, imported: float) -> str:
    """Both times and their ratio, in a line."""
    times = f"COPY {copy * 1000:.0f} ms, import {imported * 1000:.0f} ms"
    return f"{times}, ratio {imported / copy:.1f} (aim: at most {AIM:.0f})"


def _run_on_throw_away_server() -> None:
    with throw_away_cluster() as cluster:
        environment = {
            "PORTAL_MODE": "test",
            "DATABASE_URL": cluster.url("portal_owner"),
            "DJANGO_SETTINGS_MODULE": "portal.config.settings",
        }
        command = [sys.executable, "-m", "tests.benchmarks.import_speed", *sys.argv[1:]]
        subprocess.run(command, env={**os.environ, **environment}, check=True)


def main() -> None:
    """Measures in a database that is dropped afterwards, on a throw-away server where none is named."""
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        _run_on_throw_away_server()
        return
    import django

    django.setup()
    from portal.organisations.tests.real_data import ODS

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        print(report(*measure(ODS, rounds)))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
