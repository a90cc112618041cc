"""Child processes that never outlive the one that started them. Needs only the standard library."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Run in a new child on Linux: the kernel ends it when its parent dies, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


class AlreadyRunning(Exception):
    """Another launcher holds the data folder."""


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Holds the data folder. Raises AlreadyRunning while somebody else does; a dead launcher holds nothing."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield


class Supervisor:
    """Starts processes, watches them, and stops them in the opposite order."""

    def __init__(self) -> None:
        self._children: list[tuple[str, subprocess.Popen[bytes], Path]] = []
        self._asked_to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def start(self, name: str, command: Sequence[str | Path], *, environment: Mapping[str, str], log: Path) -> None:
        """Starts one process; what it prints goes to ``log``."""
        with log.open("ab") as file:
            child = subprocess.Popen(  # noqa: S603
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self._children.append((name, child, log))

    def watch(self) -> str:
        """Waits until somebody asks to stop (returns '') or a process ends by itself (returns what happened)."""
        while not self._asked_to_stop:
            for name, child, log in self._children:
                if child.poll() is not None:
                    return f"The {name} ended by itself (code {child.returncode}). See {log}."
            time.sleep(0.2)
        return ""

    def is_alive(self) -> bool:
        """Whether everything started still runs and nobody asked to stop."""
        return not self._asked_to_stop and all(child.poll() is None for _, child, _ in self._children)

    def stop(self) -> None:
        """Asks every process to end, newest first, and insists after ten seconds."""
        for _, child, _ in reversed(self._children):
            if child.poll() is None:
                os.kill(child.pid, signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait(5)

    def _ask_to_stop(self, *arguments: object) -> None:
        self._asked_to_stop = True
