"""One whole order of five lines in django-oscar and in the portal, measured in the same run on the same server.

    bin/benchmark pages --peer
    .venv/bin/python -m tests.benchmarks.peer [--rounds 10]

What is compared: a signed-in buyer chooses five of 60 items, orders them and sees the confirmation, over HTTP from a
gunicorn of one worker and one thread, on the same PostgreSQL with the same pool, as CPU time of that worker and SQL
statements of all its answers. What is not: the two do different work. Oscar also looks for vouchers and offers, works
out prices and tax, counts what was looked at, and writes the customer's e-mail within the request. The portal also
checks rights, allowances and approvals, writes an audit event and puts its e-mails in the outbox, for a worker that
is not measured here. Neither shows pictures. Oscar's catalogue keeps its default of 20 items a page, the portal's
shows its 60. A browser goes back to Oscar's catalogue after each add-to-basket; because a page could avoid that with a
script, the order is also measured without fetching what those redirects lead to: the figure kindest to Oscar.
Oscar's checkout takes no payment until a shop adds one, so its payment pages stay as they come. CPU time is read in
ticks of 10 ms, so few rounds make coarse figures.

The first run installs django-oscar into .portal/benchmark-peer with an environment of its own; no later run needs to.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg

from portal.demo.postgres import Cluster, throw_away_cluster
from tests.benchmarks import pages
from tests.benchmarks.pages import LINES, PROJECT, Measured
from tests.benchmarks.peer_order import CheckoutDidNotFinish, PeerOrder, Shopper, choose
from tests.benchmarks.server import Server

HERE = Path(__file__).resolve().parent
FOLDER = PROJECT / ".portal" / "benchmark-peer"
PYTHON = FOLDER / "environment" / "bin" / "python"
REQUIREMENTS = (
    "django-oscar>=4.2,<4.3",  # the release its steps below were written for; another minor may change its checkout
    "whoosh>=2.7.4,<3",  # the index that Oscar's own example shop searches: without one its catalogue is empty
    "django>=5.2,<5.3",  # the portal's own line, so that two frameworks are not compared as well
    "psycopg[binary,pool]>=3.3,<4",  # the portal's driver and pool
    "gunicorn>=25,<28",  # the portal's web server
)
BARE_PAGES_PER_ROUND = 20  # a bare page is a tenth of a clock tick
AIM = 20
_SAY_VERSIONS = "import django, oscar; print('django-oscar', oscar.get_version(), 'on Django', django.__version__)"


class PeerServer(Server):
    """The peer's gunicorn, of one worker and one thread as the portal's, in its own environment and folder."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [PYTHON, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--bind", f"127.0.0.1:{self.port}",
             "--workers", "1", "--threads", "1", "--worker-class", "gthread", "--keep-alive", "75"],
            cwd=FOLDER,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(FOLDER / "server.log").open("wb"),
        )  # fmt: skip


def main() -> None:
    """Installs the peer where it is missing, measures both, prints their tables and the ratio."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peer", description=__doc__)
    parser.add_argument("--rounds", type=_rounds, default=10, help="how many orders each places (1 to 100, default 10)")
    rounds = parser.parse_args().rounds
    _install()
    with throw_away_cluster() as cluster:
        environment = _peer_environment(cluster)
        cookies = _prepare_peer(cluster, environment)
        ours = _measure_portal(cluster, rounds)
        with PeerServer(environment) as server:
            theirs = _measure_peer(server, Shopper(server.port, cookies), rounds)
    _print(f"The portal, {rounds} orders", ours)
    _print(f"{_version()}, {rounds} orders", theirs)
    if sum(each.what.startswith("A whole order") for each in theirs) == 2:
        _print_ratio(ours[-1].milliseconds, theirs)


def _rounds(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("from 1 to 100")
    return number


def _install() -> None:
    """Makes the peer's environment once for these requirements, and copies its project afresh."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    installed = FOLDER / "installed.txt"  # written last, so that half an installation is made again
    wanted = "\n".join(REQUIREMENTS)
    if not installed.exists() or installed.read_text() != wanted:
        installed.unlink(missing_ok=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", PYTHON.parents[1]], check=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        installed.write_text(wanted)
    project = FOLDER / "peer_project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(HERE / "peer_project", project, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "counting.py", project)


def _peer_environment(cluster: Cluster) -> dict[str, str]:
    """The environment of the peer's processes, which must find nothing of the portal."""
    left_out = {"DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "peer_project.settings",
        "PYTHONPATH": str(FOLDER),
        "PEER_DATABASE_USER": "portal_owner",
        "PEER_DATABASE_HOST": str(cluster.sockets),
    }


def _prepare_peer(cluster: Cluster, environment: dict[str, str]) -> dict[str, str]:
    """Makes the peer's database beside the portal's and fills it; returns the visitor's cookies."""
    with psycopg.connect(cluster.url("portal_owner"), autocommit=True) as connection:
        connection.execute("create database peer")
    done = subprocess.run(
        [PYTHON, "-m", "peer_project.fill"], cwd=FOLDER, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    lines = [line.removeprefix("cookie ") for line in done.stdout.splitlines() if line.startswith("cookie ")]
    return dict(line.split("=", 1) for line in lines)


def _version() -> str:
    done = subprocess.run(
        [PYTHON, "-c", _SAY_VERSIONS],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def _measure_portal(cluster: Cluster, rounds: int) -> list[Measured]:
    """The portal's bare page, catalogue and whole order, with the data of the 1x run of ``bin/benchmark pages``."""
    environment = {
        "PORTAL_MODE": "test",
        "PYTHONPATH": str(PROJECT),
        "DATABASE_URL": cluster.url("portal_owner"),
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
    }
    cookies, values = pages._prepare(environment, 1)
    with Server(environment) as server:
        shopper = Shopper(server.port, cookies)
        return [
            _bare(server, rounds),
            _repeated(server, shopper, rounds, "Catalogue", lambda: shopper.get(f"/o/{values['site']}/supplies/")),
            _order(server, shopper, rounds, "", lambda: pages._order(shopper, f"/o/{values['site']}")),
        ]


def _measure_peer(server: Server, shopper: Shopper, rounds: int) -> list[Measured]:
    """The peer's bare page and what of its order can be done; says so where its checkout does not finish."""
    measured = [_bare(server, rounds)]
    try:
        measured.append(_repeated(server, shopper, rounds, "Catalogue", lambda: choose(shopper)))
        for how, follow in ((", adding without fetching the next page", False), ("", True)):
            order = PeerOrder(shopper, follow_adding=follow)
            measured.append(_order(server, shopper, rounds, how, order.place))
    except CheckoutDidNotFinish as problem:
        print(f"\nThe peer's order is not measured, because its checkout does not finish: {problem}")
    return measured


def _bare(server: Server, rounds: int) -> Measured:
    visitor = Shopper(server.port, {})  # nobody in particular, or Oscar looks up whose basket it is
    what = "Bare page: one row, one small template"
    return _repeated(server, visitor, rounds * BARE_PAGES_PER_ROUND, what, lambda: visitor.get("/bare/"))


def _order(server: Server, shopper: Shopper, rounds: int, how: str, place: Callable[[], object]) -> Measured:
    return _repeated(server, shopper, rounds, f"A whole order of {LINES} lines{how}", place)


def _repeated(server: Server, shopper: Shopper, rounds: int, what: str, job: Callable[[], object]) -> Measured:
    """CPU milliseconds and queries of one job on average, after one that is not measured."""
    job()  # templates are compiled once
    shopper.requests = shopper.queries = 0
    before = server.cpu_milliseconds()
    for _ in range(rounds):
        job()
    milliseconds = (server.cpu_milliseconds() - before) / rounds
    requests = round(shopper.requests / rounds)
    label = f"{what} ({requests} requests)" if requests > 1 else what
    return Measured(label, milliseconds, round(shopper.queries / rounds))


def _print(title: str, measured: list[Measured]) -> None:
    bare = measured[0].milliseconds
    print(f"\n{title}\n")
    print("| Request | CPU ms | times the bare page | queries |\n|---|---|---|---|")
    for each in measured:
        print(f"| {each.what} | {each.milliseconds:.1f} | {each.milliseconds / bare:.1f} | {each.queries} |")


def _print_ratio(ours: float, theirs: list[Measured]) -> None:
    kindest, browser = (each.milliseconds / ours for each in theirs[-2:])
    print(f"\nThe portal's whole order costs 1/{browser:.1f} of django-oscar's as a browser places it,")
    print(f"and 1/{kindest:.1f} of the figure kindest to Oscar (aim: at most 1/{AIM}).")


if __name__ == "__main__":
    main()
