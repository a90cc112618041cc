"""The cases' desk, one case and a site's own enquiries: every list at 3,000 and at 300,000 cases, in turn.

    bin/benchmark cases [--rounds 20] [--large 300000] [--small 3000]

Two databases on one throw-away server; in each a thousand cases are open, and the rest is the past. The same requests
over HTTP go to both in turn. Prints medians of wall time and their ratio. Nothing is asserted of times.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

from portal.demo.postgres import throw_away_cluster
from tests.benchmarks.browser import Browser
from tests.benchmarks.databases import Databases, fill
from tests.benchmarks.server import Server

WARM_UP = 2
SITE = "Z90001"
OF_A_SITE = ("cases/", "cases/?show=open", "cases/?show=reply", "cases/{case}/", "requests/", "levels/", "")
OF_STAFF = (
    "cases/", "cases/?show=mine", "cases/?show=all", "cases/?show=all&page=9", "cases/?queue=data",
    "cases/?queue=data&late=1", "cases/?show=all&queue=data", "cases/?show=all&state=merged",
    "cases/?show=all&owner={owner}", "cases/?owner=nobody", "cases/?show=all&owner=nobody",
    "cases/?show=all&kind=order", "cases/?show=all&kind=closure", "cases/?show=all&kind=merger", "cases/?party=carrier",
    "cases/?show=all&contractor_type=none", "cases/?show=all&contractor_type=dental",
    "cases/?show=all&search={case}", "cases/?show=all&search={word}", "cases/?show=all&search=problem+order",
    "cases/?show=all&search=delivery+{word}", "cases/?show=all&search=nothinglikeit", "cases/?show=all&search=Asha",
    "cases/?show=all&search=person17%40example.org", "cases/?show=all&search=Z90001", "cases/?show=open&search=packs",
    "cases/{case}/", "cases/my-work/", "cases/team-load/", "requests/", "requests/?state=all",
    "requests/?state=all&kind=merger", "",
)  # fmt: skip


def main() -> None:
    """Fills both databases, and measures in turn."""
    parser = argparse.ArgumentParser(prog="bin/benchmark cases", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how often each request is made (default 20)")
    parser.add_argument("--small", type=int, default=3_000, help="cases in the smaller database")
    parser.add_argument("--large", type=int, default=300_000, help="cases in the larger database")
    options = parser.parse_args()
    with throw_away_cluster() as cluster:
        databases = Databases(cluster)
        numbers = (options.small, options.large)
        environments = [databases.make(f"cases_{number}") for number in numbers]
        values = [fill("cases_fill", number, each) for number, each in zip(numbers, environments, strict=True)]
        measure(numbers, environments, values, options.rounds)
    print(f"\nLoad: {', '.join(f'{each:.1f}' for each in os.getloadavg())}.")


def measure(
    numbers: tuple[int, int], environments: list[dict[str, str]], values: list[dict[str, str]], rounds: int
) -> None:
    """Prints the table: each page in both databases, in alternating rounds."""
    with Server(environments[0]) as few, Server(environments[1]) as many:
        print(f"\n| Page | {numbers[0]:,} cases, ms | {numbers[1]:,} cases, ms | Ratio | Queries |")
        print("|---|---|---|---|---|")
        for who, start, patterns in (("clerk", f"/o/{SITE}/", OF_A_SITE), ("staff", "/staff/", OF_STAFF)):
            browsers = [Browser("127.0.0.1", server.port) for server in (few, many)]
            for browser, known in zip(browsers, values, strict=True):
                browser.cookies["portal"] = known[who]
            for pattern in patterns:
                taken: tuple[list[float], list[float]] = ([], [])
                queries = [0, 0]
                for turn in range(WARM_UP + rounds):
                    for place, browser in enumerate(browsers):
                        address = start + pattern.format(**values[place])
                        started = time.perf_counter()
                        queries[place] = _get(browser, address)
                        if turn >= WARM_UP:
                            taken[place].append(time.perf_counter() - started)
                small, large = (statistics.median(times) * 1000 for times in taken)
                counted = str(queries[0]) if queries[0] == queries[1] else f"{queries[0]} and {queries[1]}"
                name = f"{start.replace(SITE, '...')}{pattern}"
                print(f"| {name} | {small:.1f} | {large:.1f} | {large / small:.2f} | {counted} |", flush=True)


def _get(browser: Browser, address: str) -> int:
    answer = browser.get(address)
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}.")
    return answer.queries[-1]


if __name__ == "__main__":
    main()
