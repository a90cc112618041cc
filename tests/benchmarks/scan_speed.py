"""How many scans a second the API takes in, beside bare single-row inserts of the same machine in the same run.

``bin/benchmark scans [RECORDS]`` measures on a throw-away server. Each scan moves a bag on: it is kept, judged, and
leaves a link of the chain, states and an event. The reference is an insert of one row in a transaction of its own.
The server waits for the disk, as a real one does.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import connection
from django.test.utils import setup_test_environment
from django.utils import timezone

from portal.demo.postgres import throw_away_cluster

INSERTS = 2_000
ROUNDS = 5
CALL = 500  # scans in a call, as many as a call may have
WAY = ("collected", "delivered")


def _bare_inserts() -> float:
    """Rows a second, each in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("create table if not exists bare (id bigserial primary key, key text unique, at timestamptz)")
        started = time.perf_counter()
        for _ in range(INSERTS):
            cursor.execute("insert into bare (key, at) values (%s, now())", [uuid.uuid4().hex])
        return INSERTS / (time.perf_counter() - started)


def _labels(records: int) -> list[Any]:
    from portal.foundation.access import system_actor
    from portal.records.permissions import MOVE_RECORDS
    from portal.records.simulation.england import make_movements, make_places, numbers_of_nobody

    draw = random.Random(1)
    places = make_places([])
    actor = system_actor("Benchmark", MOVE_RECORDS)
    monday = timezone.now() - timedelta(days=3)
    labels = []
    numbers = numbers_of_nobody()
    for first in range(0, records, 2_000):
        labels += make_movements(actor, draw, places, numbers, min(2_000, records - first), monday)
    return [each for each in labels if each.bag.movement.origin.kind == "practice"]


def _send(program: Any, scans: list[dict[str, Any]]) -> float:
    """Scans a second of these calls over the whole of the portal's request path, but for the socket."""
    started = time.perf_counter()
    remaining = iter(scans)
    while call := list(islice(remaining, CALL)):
        answer = program.post("scans", {"scans": call})
        if answer.status_code != 200 or any(each["outcome"] != "applied" for each in answer.json()["scans"]):
            raise SystemExit(f"Not all scans were applied: {answer.content[:500]}")
    return len(scans) / (time.perf_counter() - started)


def report(records: int) -> None:
    """Measures in turn, and prints a line for each figure."""
    from portal.machines.tests.factories import Program

    program, labels = Program(), _labels(records)
    at = timezone.now() - timedelta(days=1)
    bare, batched, single = [], [], []
    share = len(labels) // ROUNDS
    for number in range(ROUNDS):
        some = labels[number * share : (number + 1) * share]
        bare.append(_bare_inserts())
        for step, kind in enumerate(WAY):
            scans = [
                {
                    "key": f"{each.code}-{kind}",
                    "kind": kind,
                    "label": each.code,
                    "place": (each.bag.movement.destination if step else each.bag.movement.origin).code,
                    "at": (at + timedelta(hours=step)).isoformat(),
                }
                for each in some
            ]
            alone, together = scans[:100], scans[100:]
            batched.append(_send(program, together))
            started = time.perf_counter()
            for each in alone:
                _send(program, [each])
            single.append(len(alone) / (time.perf_counter() - started))
    rates = {"calls of 500": statistics.median(batched), "calls of one": statistics.median(single)}
    reference = statistics.median(bare)
    print(f"bare single-row inserts: {reference:,.0f} a second")
    for name, rate in rates.items():
        print(f"scans by API, {name}: {rate:,.0f} a second, {rate / reference:.2f} of the bare inserts")
    print(json.dumps({"bare": round(reference), **{name: round(rate) for name, rate in rates.items()}}))


def _run_on_throw_away_server() -> None:
    with throw_away_cluster(durable=True) as cluster:
        environment = {
            "PORTAL_MODE": "test",
            "DATABASE_URL": cluster.url("portal_owner"),
            "DJANGO_SETTINGS_MODULE": "portal.config.settings",
        }
        command = [sys.executable, "-m", "tests.benchmarks.scan_speed", *sys.argv[1:]]
        subprocess.run(command, env={**os.environ, **environment}, check=True)


def main() -> None:
    """Measures in a database that is dropped afterwards, on a throw-away server where none is named."""
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        _run_on_throw_away_server()
        return
    import django

    django.setup()
    setup_test_environment()  # lets the test client in
    from portal.foundation.access.row_security import set_scope

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        set_scope("system")
        report(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
