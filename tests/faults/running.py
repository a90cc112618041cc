"""The portal as it is deployed, each process of which can be killed: database, web server, worker.

What a service manager does on a real machine is done here: what died is started again, by nobody's hand.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import psycopg

from portal.demo.launcher import is_ready, web_command, worker_command
from portal.demo.postgres import Cluster, throw_away_cluster
from portal.demo.processes import spawn, tail
from portal.demo.suite import suite_environment
from tests.benchmarks.server import children_of, free_port

PROJECT = Path(__file__).resolve().parents[2]
# Couriers of a fault test send as fast as they can; the limit itself is tested elsewhere.
_LIMITS = "[requests]\neach_minute = 100000\nat_once = 1000\n"


class RunningPortal:
    """Database, gunicorn with two workers, and the portal's worker, on a data folder of their own."""

    def __init__(self, cluster: Cluster, mail_url: str) -> None:
        self._cluster = cluster
        self.port = free_port()
        self._url = f"http://127.0.0.1:{self.port}"
        self._environment = suite_environment(cluster, None) | {
            "PORTAL_MODE": "demo",
            "PORTAL_SECRET_KEY": "signs-what-fault-tests-need-" * 3,
            "PORTAL_AUDIT_KEY": "seals-what-fault-tests-write-" * 3,
            "PORTAL_EMAIL_URL": mail_url,
            "DJANGO_SETTINGS_MODULE": "portal.config.settings",
            "PYTHONPATH": str(PROJECT),
            "PYTHONWARNINGS": "default",  # pytest's own choice is for its process
        }
        self._folder = Path(self._environment["PORTAL_DATA"])
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self, records: int) -> dict[str, Any]:
        """Tables, static files and the world of ``tests.faults.world``, which it returns."""
        texts = self._folder / "texts"
        texts.mkdir(parents=True)
        (texts / "machines.toml").write_text(_LIMITS)
        self.operate("migrate_portal", PORTAL_DATABASE_ROLE="owner")
        self.operate("collectstatic", "--noinput", "--verbosity=0")
        printed = self._run("-m", "tests.faults.world", str(records), PORTAL_MODE="test")
        return dict(json.loads(printed.splitlines()[-1]))

    def operate(self, command: str, *arguments: str, **environment: str) -> str:
        """Runs one of the operator's commands; returns what it printed. Raises AssertionError with it on failure."""
        return self._run("-m", "portal.config.operate", command, *arguments, **environment)

    def _run(self, *command: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            env=self._environment | environment,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}")
        return done.stdout

    def start_web(self) -> None:
        """Starts the web server, whether or not the database is there."""
        self._start("web", web_command(self.port))

    def start_worker(self) -> None:
        """Starts the process that sends e-mails and runs tasks."""
        self._start("worker", worker_command())

    def _start(self, name: str, command: list[str | Path]) -> None:
        self._children[name] = spawn(command, environment=self._environment, log=self._folder / f"{name}.log")

    def wait_until_ready(self) -> None:
        """Waits until the portal says that it is ready. Raises TimeoutError with the end of its logs."""
        try:
            wait_for(lambda: is_ready(self._url), "the portal to be ready", seconds=60)
        except TimeoutError as error:
            logs = "\n".join(f"{name}: {tail(self._folder / f'{name}.log')}" for name in self._children)
            raise TimeoutError(f"{error}\n{logs}") from None

    def ask(self, address: str, *, cookie: str = "", token: str = "") -> tuple[int, Message, str]:
        """Status, headers and text of what a GET is answered with, as the visitor of a cookie or a machine's token."""
        headers = {"Cookie": f"portal={cookie}"} if cookie else {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(self._url + address, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def kill_web_worker(self) -> None:
        """Kills one of gunicorn's workers, whatever it is doing; gunicorn starts another."""
        workers = children_of(self._children["web"].pid)
        if workers:  # right after a kill there may be none for a moment
            os.kill(workers[0], signal.SIGKILL)

    def kill_worker(self) -> None:
        """Kills the portal's worker, and starts another as a service manager would."""
        self._kill("worker")
        self.start_worker()

    def end_backends(self) -> int:
        """Ends every connection of the portal to the database; returns how many."""
        with psycopg.connect(self._cluster.url("postgres", "postgres"), autocommit=True) as connection:
            ended = connection.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'portal_app'"
            ).fetchone()
        assert ended is not None
        return int(ended[0])

    def stop_database(self) -> None:
        """Stops PostgreSQL as for its upkeep."""
        self._cluster.stop()

    def start_database(self) -> None:
        """Starts PostgreSQL; web server and worker are as they were."""
        self._cluster.start()

    def kill_database(self) -> None:
        """Kills PostgreSQL's first process with all that it started, and starts it again; the web server stays."""
        self._kill_postmaster()
        self._cluster.start()

    def kill_everything(self) -> None:
        """Kills all at once, as when the machine loses its power, and starts all again: the database last."""
        for name in self._children:
            self._kill(name)
        self._kill_postmaster()
        self.start_worker()
        self.start_web()
        self._cluster.start()

    def stop(self) -> None:
        """Asks web server and worker to end, as at a normal stop."""
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            child.wait(30)

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database answers to somebody who sees everything."""
        with psycopg.connect(self._cluster.url("portal_owner"), autocommit=True) as connection:
            connection.execute("select set_config('portal.scope', 'system', false)")
            return connection.execute(statement, values).fetchall()

    def log(self, name: str) -> str:
        """What the web server or the worker wrote."""
        return (self._folder / f"{name}.log").read_text()

    def _kill(self, name: str) -> None:
        child = self._children[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(20)

    def _kill_postmaster(self) -> None:
        postmaster = int((self._cluster.folder / "postmaster.pid").read_text().splitlines()[0])
        backends = children_of(postmaster)
        os.kill(postmaster, signal.SIGKILL)
        # The others notice at once that it has gone, and end; a new one would not start beside them.
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in backends), "PostgreSQL's processes to end")
        self._cluster.stop()  # takes note that it has gone


@contextlib.contextmanager
def running_portal(
    mail_url: str, *, records: int, durable: bool = True
) -> Iterator[tuple[RunningPortal, dict[str, Any]]]:
    """A portal with the world of the fault tests in it, bags of so many records in it.

    Without ``durable``, its database forgets when it is killed.
    """
    with throw_away_cluster(durable=durable) as cluster:
        portal = RunningPortal(cluster, mail_url)
        world = portal.prepare(records)
        try:
            portal.start_web()
            portal.start_worker()
            portal.wait_until_ready()
            yield portal, world
        finally:
            portal.stop()


def wait_for(holds: Callable[[], bool], what: str, *, seconds: float = 30.0) -> None:
    """Asks again and again, until it holds. Raises TimeoutError when it does not in time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"Waited {seconds} seconds for {what}.")
        time.sleep(0.05)
