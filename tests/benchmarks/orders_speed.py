"""Placing orders beside the bare page and a bare insert, eight clients on one item, and every list after a year.

    bin/benchmark orders [--rounds 20] [--large 300000] [--small 3000]

Two databases on one throw-away server that waits for the disk, as a real one does: a hundredth of a year of England's
orders, and a whole year. The same requests over HTTP go to both in turn. Prints medians of wall time. Nothing is
asserted of times; that no order is lost and no pack is promised twice is.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import psycopg

from portal.demo.postgres import throw_away_cluster
from tests.benchmarks.browser import Browser
from tests.benchmarks.databases import Databases, fill
from tests.benchmarks.hot_item import hot_item
from tests.benchmarks.peer_order import Shopper
from tests.benchmarks.placing import place_alone, prepare_order
from tests.benchmarks.server import Server

WARM_UP = 2
SITE = "Z90001"
NIGHTLY = ("collect_demand", "collect_usage", "count_all")
_BARE = (
    "create table if not exists bare_order (id bigserial primary key, reference text unique, placed_at timestamptz);"
    "create table if not exists bare_line (order_id bigint references bare_order, position int, item text, packs int,"
    " primary key (order_id, position))"
)
OF_A_SITE = (
    "supplies/", "supplies/basket/", "supplies/orders/", "supplies/orders/?page=2", "supplies/orders/{order}/",
    "supplies/favourites/", "supplies/standing/", "supplies/needs/", "supplies/use/", "levels/", "forms/", "",
)  # fmt: skip
OF_STAFF = (
    "supplies/orders/", "supplies/orders/?queue=late", "supplies/orders/?queue=all&words=SO-12",
    "supplies/orders/?queue=all&words=Z90001", "supplies/warehouse/", "supplies/warehouse/?show=moving",
    "supplies/waves/", "supplies/manifests/", "supplies/stock/", "supplies/stock/LEEDS/BENCH-1/", "supplies/batches/",
    "supplies/forecasts/", "supplies/forecasts/BENCH-1/", "supplies/counts/", "supplies/catalogue/",
    "supplies/catalogue/BENCH-1/", "supplies/proofs/", "supplies/stores/", "forms/", "forms/releases/",
    "forms/incidents/", "levels/", "",
)  # fmt: skip


@dataclass
class Place:
    """A portal with so many orders, and who is signed in to it."""

    number: int
    port: int
    url: str
    values: dict[str, str]

    def __post_init__(self) -> None:
        self.clerk, self.staff = self.visitor("clerk"), self.visitor("staff")

    def visitor(self, who: str) -> Shopper:
        """A browser of somebody."""
        return Shopper(self.port, {"portal": self.values[who]})

    def address(self, pattern: str, staff: bool) -> str:
        """The address of a page in this portal."""
        return (f"/staff/{pattern}" if staff else f"/o/{SITE}/{pattern}").format(order=self.values["order"])


def main() -> None:
    """Fills both databases, and measures in turn."""
    parser = argparse.ArgumentParser(prog="bin/benchmark orders", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how often each request is made (default 20)")
    parser.add_argument("--small", type=int, default=3_000, help="orders in the smaller database")
    parser.add_argument("--large", type=int, default=300_000, help="orders in the larger database")
    options = parser.parse_args()
    with throw_away_cluster(durable=True) as cluster:
        databases = Databases(cluster)
        environments = {number: databases.make(f"orders_{number}") for number in (options.small, options.large)}
        values = {number: fill("orders_fill", number, environments[number]) for number in environments}
        for number, printed in values.items():
            nightly = ", ".join(f"{name} {printed[name]} s" for name in NIGHTLY)
            print(f"Counted every night, with {number:,} orders: {nightly}", flush=True)
        small, large = environments.values()
        with Server(small) as few, Server(large) as many:
            places = [
                Place(number, server.port, environments[number]["DATABASE_URL"], values[number])
                for number, server in zip(environments, (few, many), strict=True)
            ]
            _placing(places, options.rounds)
            _lists(places, options.rounds)
        with Server(large, workers=2, threads=4) as several:
            hot_item(several.port, large["DATABASE_URL"], values[options.large])
    print(f"\nLoad: {', '.join(f'{each:.1f}' for each in os.getloadavg())}.")


def _placing(places: list[Place], rounds: int) -> None:
    print("\n| | Orders there before | ms | Times the bare page | Times the bare insert |")
    print("|---|---|---|---|---|")
    taken: dict[tuple[int, str], list[float]] = {}
    for turn in range(WARM_UP + rounds):
        for place in places:
            form, page = prepare_order(place.clerk, SITE, 5)
            works: dict[str, Callable[[], object]] = {
                "The bare page": partial(place.clerk.get, "/bare/"),
                "A bare insert of one order and five lines": partial(_insert, place.url, turn),
                "Placing an order of five lines (the POST alone)": partial(place_alone, place.clerk, form, page),
            }
            for what, work in works.items():
                seconds = _seconds(work)
                if turn >= WARM_UP:
                    taken.setdefault((place.number, what), []).append(seconds)
    medians = {key: statistics.median(times) * 1000 for key, times in taken.items()}
    for (number, what), milliseconds in medians.items():
        bare, insert = (
            medians[number, name] for name in ("The bare page", "A bare insert of one order and five lines")
        )
        print(f"| {what} | {number:,} | {milliseconds:.1f} | {milliseconds / bare:.1f} | {milliseconds / insert:.1f} |")


def _insert(url: str, turn: int) -> None:
    """One transaction: an order and its five lines, two statements."""
    connection = _connections.get(url)
    if connection is None:
        connection = _connections[url] = psycopg.connect(url)
        connection.execute(_BARE)
        connection.commit()
    row = connection.execute(
        "insert into bare_order (reference, placed_at) values (%s, now()) returning id", [f"SO-{turn}"]
    ).fetchone()
    assert row is not None
    connection.execute(
        "insert into bare_line select %s, place, 'BENCH-' || place, 1 from generate_series(1, 5) place", [row[0]]
    )
    connection.commit()


_connections: dict[str, psycopg.Connection[tuple[int]]] = {}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _lists(places: list[Place], rounds: int) -> None:
    small, large = places
    print(f"\n| Page | {small.number:,} orders, ms | {large.number:,} orders, ms | Ratio | Queries |")
    print("|---|---|---|---|---|")
    for staff, patterns in ((False, OF_A_SITE), (True, OF_STAFF)):
        for pattern in patterns:
            taken: tuple[list[float], list[float]] = ([], [])
            queries = [0, 0]
            for turn in range(WARM_UP + rounds):
                for number, place in enumerate(places):
                    browser = place.staff if staff else place.clerk
                    started = time.perf_counter()
                    queries[number] = _get(browser, place.address(pattern, staff))
                    if turn >= WARM_UP:
                        taken[number].append(time.perf_counter() - started)
            few, many = (statistics.median(times) * 1000 for times in taken)
            counted = str(queries[0]) if queries[0] == queries[1] else f"{queries[0]} and {queries[1]}"
            name = f"/{'staff' if staff else 'o/...'}/{pattern}".replace("{order}", "...")
            print(f"| {name} | {few:.1f} | {many:.1f} | {many / few:.2f} | {counted} |", flush=True)


def _get(browser: Browser, address: str) -> int:
    answer = browser.get(address)
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}.")
    return answer.queries[-1]


if __name__ == "__main__":
    main()
