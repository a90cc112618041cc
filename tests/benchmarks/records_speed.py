"""Looking for one record and the list of what comes, at 60 thousand and at 6 million records, in alternating rounds.

    bin/benchmark records [--rounds 40] [--large 6000000] [--full]

Two databases on one throw-away server, a portal on each, the same requests over HTTP in turn: the whole path, with the
form's checks, the row security, the access log and the record of the look. ``--full`` is 60 million (about 80 GB and
some hours). Prints medians of wall time and their ratio; the aim is at most 1.3 (issue 4). Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

import psycopg

from portal.demo.postgres import throw_away_cluster
from portal.records.registrations.nhs_number import check_digit
from tests.benchmarks.browser import Browser
from tests.benchmarks.databases import Databases, fill
from tests.benchmarks.server import Server

SMALL, LARGE, FULL = 60_000, 6_000_000, 60_000_000
AIM = 1.3
WARM_UP = 3
OF_STAFF = (
    "records/", "records/?group=late", "records/?group=moving", "records/?group=sought", "records/store/",
    "records/store/take-out/", "records/discrepancies/", "records/collections/", "records/hub/", "records/searches/",
    "records/closing/", "records/temporary/", "registrations/", "registrations/questions/", "",
)  # fmt: skip
KINDS = {
    "own": "a record that the practice has",
    "others": "a record of another practice",
    "nobody": "a number that no patient has",
    "old": "an old-style number",
}
_SOME = "select nhs_number, old_number, born_on from registrations_registeredpatient where id = any(%s)"


@dataclass
class Place:
    """A portal with so many records; somebody of practice ``site``, and one of the staff, are signed in to it."""

    number: int
    browser: Browser
    staff: Browser
    site: str
    patients: dict[str, Iterator[tuple[str, date]]]
    queries: int = 0

    def look(self, kind: str) -> float:
        """Seconds of one look-up over HTTP, another patient each time; its form is fetched before."""
        number, born_on = next(self.patients[kind])
        address = f"/o/{self.site}/records/look-up/"
        form = next(each for each in self.browser.get(address).forms() if "number" in each.names())
        filled = form.filled(
            number=number,
            purpose="care",
            born_on_day=str(born_on.day),
            born_on_month=str(born_on.month),
            born_on_year=str(born_on.year),
        )
        started = time.perf_counter()
        answer = self.browser.send(filled, address)
        seconds = time.perf_counter() - started
        said = "You cannot trace" if kind in ("others", "nobody") else "is with"
        if answer.status != 200 or said not in answer.body:
            raise RuntimeError(f"{KINDS[kind]}: {address} answered {answer.status}, and not that it {said}.")
        self.queries = answer.queries[-1]
        return seconds

    def page(self, address: str, *, staff: bool = False, room: str = "records/") -> float:
        """Seconds of one page of records, of the practice or of the staff; of another ``room`` of the practice."""
        visitor, address = (
            (self.staff, f"/staff/{address}") if staff else (self.browser, f"/o/{self.site}/{room}{address}")
        )
        started = time.perf_counter()
        answer = visitor.get(address)
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
        self.queries = answer.queries[-1]
        return time.perf_counter() - started


def main() -> None:
    """Fills both databases, measures in turn, and prints a table."""
    options = _options()
    large = FULL if options.full else options.large
    with throw_away_cluster() as cluster:
        databases = Databases(cluster)
        environments = {number: databases.make(f"records_{number}") for number in (SMALL, large)}
        cookies = {number: fill("records_fill", number, environments[number]) for number in environments}
        with Server(environments[SMALL]) as small, Server(environments[large]) as much:
            places = [
                _place(number, server, environments[number]["DATABASE_URL"], cookies[number], options.rounds)
                for number, server in ((SMALL, small), (large, much))
            ]
            _measure(places, options.rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/benchmark records", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="how often each request is made (default 40)")
    parser.add_argument("--large", type=int, default=LARGE, help="records in the larger database")
    parser.add_argument("--full", action="store_true", help="60 million records in the larger database")
    return parser.parse_args()


def _place(number: int, server: Server, url: str, values: dict[str, str], rounds: int) -> Place:
    site = values.pop("site")
    browser, staff = Browser("127.0.0.1", server.port), Browser("127.0.0.1", server.port)
    browser.cookies["portal"], staff.cookies["portal"] = values["visitor"], values["staff"]
    return Place(
        number, browser, staff, site, {kind: iter(found) for kind, found in _patients(number, url, rounds).items()}
    )


def _patients(number: int, url: str, rounds: int) -> dict[str, list[tuple[str, date]]]:
    """Other patients for every look, from all over the table: no look warms up the next."""
    draw, wanted = random.Random(number), rounds + WARM_UP
    rows = [row for row in range(1, number // 100) if row % 10 != 1]
    usual, old = [row for row in rows if row % 10 != 5], [row for row in rows if row % 10 == 5]
    # As records_fill has it: the visitor's practice has every hundredth patient.
    chosen = {
        "own": [100 * row for row in draw.sample(usual, wanted)],
        "others": [100 * row + 7 for row in draw.sample(usual, wanted)],
        "old": [100 * row for row in draw.sample(old, wanted)],
    }
    found = {}
    with psycopg.connect(url) as connection:
        connection.execute("select set_config('portal.scope', 'system', false)")
        for kind, ids in chosen.items():
            rows_found = connection.execute(_SOME, [ids]).fetchall()
            found[kind] = [(old_number or nhs_number, born_on) for nhs_number, old_number, born_on in rows_found]
    stems = [f"{stem}" for stem in draw.sample(range(400_000_000, 500_000_000), 3 * wanted)]
    valid = [f"{stem}{digit}" for stem in stems if (digit := check_digit(stem)) is not None]
    found["nobody"] = [(each, date(1950, 1, 1)) for each in valid[:wanted]]
    return found


def _measure(places: list[Place], rounds: int) -> None:
    """Every kind of request in both portals in turn."""
    works: dict[str, Callable[[Place], float]] = {
        **{f"Look-up of {words}": partial(Place.look, kind=kind) for kind, words in KINDS.items()},
        "Records In": lambda place: place.page("in/"),
        "Records Out": lambda place: place.page("out/"),
        "Records In, those that have ended": lambda place: place.page("in/?group=ended"),
        "Home of records": lambda place: place.page(""),
        "Its service levels": lambda place: place.page("", room="levels/"),
        **{f"/staff/{address}": partial(Place.page, address=address, staff=True) for address in OF_STAFF},
    }
    small, large = places
    print(f"\n| Request | {small.number:,} records, ms | {large.number:,} records, ms | Ratio | Queries |")
    print("|---|---|---|---|---|")
    looks: tuple[list[float], list[float]] = ([], [])
    for what, work in works.items():
        taken: tuple[list[float], list[float]] = ([], [])
        for turn in range(WARM_UP + rounds):
            for place, times in zip(places, taken, strict=True):
                seconds = work(place)
                if turn >= WARM_UP:
                    times.append(seconds)
        queries = " and ".join(str(each) for each in sorted({place.queries for place in places}))
        _print(what, taken, queries)
        if what.startswith("Look-up"):
            looks[0].extend(taken[0])
            looks[1].extend(taken[1])
    _print("All look-ups together", looks, "")
    print(f"\nAim: a ratio of at most {AIM}. Load: {', '.join(f'{each:.1f}' for each in os.getloadavg())}.")


def _print(what: str, taken: tuple[list[float], list[float]], queries: str) -> None:
    small, large = (statistics.median(times) * 1000 for times in taken)
    print(f"| {what} | {small:.1f} | {large:.1f} | {large / small:.2f} | {queries} |", flush=True)


if __name__ == "__main__":
    main()
