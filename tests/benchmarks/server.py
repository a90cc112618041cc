"""A portal of one worker on this machine, whose CPU time can be read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from tests.benchmarks.browser import Browser

_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """gunicorn with one worker and one thread, so that what it burns belongs to the requests measured; more if said."""

    def __init__(self, environment: dict[str, str], *, workers: int = 1, threads: int = 1) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "portal.config.wsgi", "--bind", f"127.0.0.1:{self.port}",
             "--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread", "--keep-alive", "75"],
            env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"},
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
        )  # fmt: skip

    def __enter__(self) -> Server:
        for _ in range(150):
            try:
                if Browser("127.0.0.1", self.port).get("/bare/").status == 200:
                    return self
            except OSError:
                time.sleep(0.2)
        self._process.terminate()
        raise RuntimeError("The server for the benchmark did not start.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(20)

    def cpu_milliseconds(self) -> float:
        """CPU time burnt so far by the worker (user and system)."""
        return sum(_cpu(pid) for pid in children_of(self._process.pid))


def children_of(parent: int) -> list[int]:
    """The processes that a process of this machine started itself, and that have not ended."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / _TICKS
