"""What a whole order and the list pages cost, beside a bare Django page in the same run.

    bin/benchmark pages [--rounds 60] [--peer]

Prints CPU milliseconds of the web server's process and SQL statements for each request, once with a
little data and once with a hundred times as much. Nothing here is asserted; docs/benchmarks.md holds a run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.demo.postgres import throw_away_cluster
from tests.benchmarks.browser import Answer, Browser, Form
from tests.benchmarks.server import Server

PROJECT = Path(__file__).resolve().parents[2]
LINES = 5


@dataclass(frozen=True)
class Measured:
    """One kind of request: what it cost on average, and how many queries its slowest answer took."""

    what: str
    milliseconds: float
    queries: int


def main() -> None:
    """Runs the benchmark and prints its tables."""
    options = _options()
    with throw_away_cluster() as cluster:
        environment = {
            "PORTAL_MODE": "test",
            "PYTHONPATH": str(PROJECT),
            "DATABASE_URL": cluster.url("portal_owner"),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        }
        for size in (1, 100):
            cookies, codes = _prepare(environment, size)
            with Server(environment) as server:
                browser = Browser("127.0.0.1", server.port)
                browser.cookies.update(cookies)
                _print(f"{size}x data", _measure(server, browser, codes, options.rounds))
    if options.peer:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.peer"], cwd=PROJECT, check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/benchmark pages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="how often each request is made (default 60)")
    parser.add_argument("--peer", action="store_true", help="measure django-oscar's order as well (installs it once)")
    return parser.parse_args()


def _prepare(environment: dict[str, str], size: int) -> tuple[dict[str, str], dict[str, str]]:
    """Fills the database in a process of its own; returns the visitor's cookies and the site's code."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.fill", str(size)],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    values = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    cookies = {name.removeprefix("cookie "): value for name, value in values.items() if name.startswith("cookie ")}
    return cookies, values


def _measure(server: Server, browser: Browser, values: dict[str, str], rounds: int) -> list[Measured]:
    site = f"/o/{values['site']}"
    for address in ("/bare/", f"{site}/supplies/", f"{site}/supplies/orders/"):
        browser.get(address)  # templates are compiled once
    _order(browser, site)
    measured = [_repeated(server, "Bare page: one row, one small template", rounds, lambda: browser.get("/bare/"))]
    for what, address in (
        ("Catalogue", f"{site}/supplies/"),
        ("Order history", f"{site}/supplies/orders/"),
        ("One order", values["order"]),
        ("Dashboard", f"{site}/"),
    ):
        measured.append(_repeated(server, what, rounds, lambda address=address: browser.get(address)))  # type: ignore[misc]
    return [*measured, *_whole_order(server, browser, site, max(rounds // 3, 10))]


def _repeated(server: Server, what: str, rounds: int, request: object) -> Measured:
    before, most = server.cpu_milliseconds(), 0
    for _ in range(rounds):
        answer: Answer = request()  # type: ignore[operator]
        if answer.status != 200:
            raise RuntimeError(f"{what}: {answer.address} answered {answer.status}.")
        most = max(most, *answer.queries)
    return Measured(what, (server.cpu_milliseconds() - before) / rounds, most)


def _whole_order(server: Server, browser: Browser, site: str, rounds: int) -> list[Measured]:
    """Catalogue, basket, check, place, and the order's page; and the placing alone."""
    before, placing, most = server.cpu_milliseconds(), 0.0, 0
    for _ in range(rounds):
        cost, queries = _order(browser, site, server)
        placing += cost
        most = max(most, queries)
    whole = (server.cpu_milliseconds() - before) / rounds
    return [
        Measured(f"Placing an order of {LINES} lines, and its page", placing / rounds, most),
        Measured(f"A whole order of {LINES} lines: choose, basket, check, place, see it", whole, most),
    ]


def _order(browser: Browser, site: str, server: Server | None = None) -> tuple[float, int]:
    """One order as a person places it; returns what the placing cost: CPU milliseconds, queries of the POST."""
    page = browser.get(f"{site}/supplies/")
    form = form_with(page, "quantity-")
    names = [name for name in form.names() if name.startswith("quantity-")][:LINES]
    basket = browser.send(form.filled(**dict.fromkeys(names, "1")), page.address)
    check = browser.get(f"{site}/supplies/check/") if "/check/" not in basket.address else basket
    before = server.cpu_milliseconds() if server else 0.0
    placed = browser.send(form_with(check, "submission"), check.address)
    if "/orders/SO-" not in placed.address:
        raise RuntimeError(f"The order was not placed: {placed.address} answered {placed.status}.")
    return (server.cpu_milliseconds() - before if server else 0.0), placed.queries[0]


def form_with(answer: Answer, field: str) -> Form:
    """The page's form that has a field beginning so. Raises RuntimeError when there is none."""
    for form in answer.forms():
        if form.method == "post" and any(name.startswith(field) for name in form.names()):
            return form
    raise RuntimeError(f"{answer.address} ({answer.status}) has no form with {field}.")


def _print(title: str, measured: list[Measured]) -> None:
    bare = measured[0].milliseconds
    print(f"\n{title}\n")
    print("| Request | CPU ms | times the bare page | queries |\n|---|---|---|---|")
    for each in measured:
        print(f"| {each.what} | {each.milliseconds:.1f} | {each.milliseconds / bare:.1f} | {each.queries} |")


if __name__ == "__main__":
    main()
