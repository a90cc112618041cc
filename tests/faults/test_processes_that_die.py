"""Processes are killed in the middle of their work, while clerks order and couriers scan (R3, R4).

``LONG_RUNS=1 bin/test --no-check -s tests/faults`` kills more than a thousand times, and prints what it saw. Both
controls were switched off once. A database that does not wait for the disk (``durable=False``) had forgotten 32 scans
after four kills. With a clerk who begins anew instead of sending the same form again, there were 23 orders that
nobody was shown after sixty kills of web workers.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest

from tests.faults.clients import Clerk, Courier
from tests.faults.judgement import mail_that_never_came, states_of_mail, what_was_lost
from tests.faults.ledger import Ledger
from tests.faults.mail_server import MailServer, mail_server
from tests.faults.running import RunningPortal, running_portal

LONG = bool(os.environ.get("LONG_RUNS"))
DOSE = (
    {"web worker": 400, "worker": 200, "connections": 300, "database": 100, "everything": 20}
    if LONG
    else {"web worker": 8, "worker": 3, "connections": 4, "database": 3, "everything": 1}
)
RECORDS = 30_000 if LONG else 2_000
BETWEEN = 12  # what clients are told was done between two faults


@dataclass
class Watched:
    """A portal with its world, and the mail server that it sends to."""

    portal: RunningPortal
    world: dict[str, Any]
    mail: MailServer


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with mail_server() as (server, mail_url), running_portal(mail_url, records=RECORDS) as (portal, world):
        yield Watched(portal, world, server)


def test_while_the_database_is_away_everybody_is_told_so_and_nothing_is_started_again(watched: Watched) -> None:
    """Afterwards the first page comes: with the pool's own patience it was another 503 (seen once)."""
    portal, clerk = watched.portal, watched.world["clerks"][0]
    page = f"/o/{clerk['site']}/supplies/"
    assert [portal.ask(each)[0] for each in ("/", "/livez", "/readyz")] == [200, 200, 200]
    portal.stop_database()
    try:
        status, headers, text = portal.ask(page, cookie=clerk["cookie"])
        assert (status, int(headers["Retry-After"]) > 0) == (503, True)
        assert "<h1" in text and "send it again" in text
        status, headers, text = portal.ask("/api/v1/manifests/COURIER", token=watched.world["tokens"][0])
        assert (status, headers["Content-Type"]) == (503, "application/problem+json")
        assert [portal.ask(each)[0] for each in ("/", "/livez", "/readyz")] == [200, 200, 503]
    finally:
        portal.start_database()
    portal.wait_until_ready()
    assert portal.ask(page, cookie=clerk["cookie"])[0] == 200


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost_or_done_twice(watched: Watched) -> None:
    portal, world, server = watched.portal, watched.world, watched.mail
    ledger, stopped = Ledger(), threading.Event()
    bags = iter(world["bags"])
    clients = [
        *(
            Clerk(portal.port, ledger, stopped, who, item)
            for who, item in zip(world["clerks"], cycle(world["items"]), strict=False)
        ),
        *(Courier(portal.port, ledger, stopped, token, bags) for token in world["tokens"]),
    ]
    for client in clients:
        client.start()
    done = _faults(portal, ledger)
    stopped.set()
    for client in clients:
        client.join(150)
    assert not any(client.is_alive() for client in clients), f"a client still waits: {ledger.absorbed}"
    states = states_of_mail(portal)
    assert what_was_lost(portal, ledger) == []
    assert done == DOSE
    assert sum(ledger.absorbed.values()) > 0, "no fault met anybody"
    assert len(ledger.orders) > sum(DOSE.values()) and len(ledger.scans) > sum(DOSE.values())
    assert states == {"sent"}
    assert mail_that_never_came(portal, server) == []
    # A worker that dies between sending and saying so leaves one message that is sent again, by the same name.
    assert server.twice <= DOSE["worker"] + DOSE["connections"] + DOSE["database"] + DOSE["everything"]
    print(
        f"{sum(done.values())} faults; {len(ledger.orders)} orders and {len(ledger.scans)} scans acknowledged,"
        f" none lost; {sum(ledger.absorbed.values())} errors absorbed: {dict(ledger.absorbed)};"
        f" {len(server.taken)} e-mails, {server.twice} of them twice"
    )


def _faults(portal: RunningPortal, ledger: Ledger) -> Counter[str]:
    """Every fault of the dose, in an order that is drawn; the clients get on between them."""
    ways = {
        "web worker": portal.kill_web_worker,
        "worker": portal.kill_worker,
        "connections": portal.end_backends,
        "database": portal.kill_database,
        "everything": portal.kill_everything,
    }
    order = [name for name, times in DOSE.items() for _ in range(times)]
    random.Random(7).shuffle(order)
    done: Counter[str] = Counter()
    for name in order:
        ledger.wait_for_more(BETWEEN)
        ways[name]()
        done[name] += 1
    ledger.wait_for_more(BETWEEN)
    return done
