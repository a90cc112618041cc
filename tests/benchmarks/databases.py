"""Several databases on one throw-away server, with the portal's tables, and what fills them in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from portal.demo.postgres import Cluster

PROJECT = Path(__file__).resolve().parents[2]


class Databases:
    """Makes databases from one that was migrated once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        for command in (["migrate", "--verbosity=0"], ["createcachetable", "--verbosity=0"]):
            manage = [sys.executable, "manage.py", *command]
            subprocess.run(manage, env={**os.environ, **self._environment("portal")}, cwd=PROJECT, check=True)

    def make(self, name: str) -> dict[str, str]:
        """A database with empty tables; returns the environment of whoever works on it."""
        with psycopg.connect(self._cluster.url("portal_owner", "postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} template portal")
        return self._environment(name)

    def _environment(self, name: str) -> dict[str, str]:
        return {
            "PORTAL_MODE": "test",
            "PYTHONPATH": str(PROJECT),
            "DATABASE_URL": self._cluster.url("portal_owner", name),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        }


def fill(module: str, number: int, environment: dict[str, str]) -> dict[str, str]:
    """Fills a database by ``tests.benchmarks.<module>``; returns what that printed, the visitor's cookies among it."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", str(number)],
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    print(f"{number:,} filled in {time.perf_counter() - started:.0f} s", flush=True)
    values = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    return {name.removeprefix("cookie "): value for name, value in values.items()}
