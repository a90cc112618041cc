"""Child processes that never outlive the one that started them. Needs only the standard library."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LONGEST_LOG = 5_000_000  # bytes; a longer log is set aside at the next start
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def die_with_parent() -> None:
    """Run in a new child. On Linux the kernel then ends it when its parent dies, even by kill -9.

    A launcher that a shell put into the background ignores Ctrl-C; its children must not inherit that.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


class AlreadyRunning(Exception):
    """Somebody else holds the data folder: ``holder`` says who, as far as it is known."""

    def __init__(self, holder: dict[str, str]) -> None:
        super().__init__(holder)
        self.holder = holder


@contextlib.contextmanager
def only_one(data_dir: Path, **holder: str) -> Iterator[None]:
    """Holds the data folder. Raises AlreadyRunning while somebody else does; a dead process holds nothing.

    ``holder`` is what others are told: ``what`` (portal or command) and ``url``.
    """
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_dir / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_holder(lock.name)) from None
        lock.truncate(0)
        lock.write(json.dumps(holder | {"process": str(os.getpid())}))
        lock.flush()
        yield


def _holder(file: str) -> dict[str, str]:
    with contextlib.suppress(ValueError):
        return dict(json.loads(Path(file).read_text()))
    return {}


@contextlib.contextmanager
def stop_signals_interrupt() -> Iterator[None]:
    """Inside, the first request to stop raises KeyboardInterrupt; later ones wait until stopping has finished."""

    def interrupt(*arguments: object) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def open_log(log: Path) -> int:
    """A file descriptor that appends to ``log``; a log that has grown long is set aside first."""
    if log.exists() and log.stat().st_size > _LONGEST_LOG:
        log.replace(log.with_name(log.name + ".old"))
    return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for a person who must know what went wrong."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:]) or "(nothing was written)"


def spawn(command: Sequence[str | Path], *, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Starts a process of its own session, so that Ctrl-C reaches only us, and we stop things in their order."""
    output = open_log(log)
    try:
        return subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    finally:
        os.close(output)


class Supervisor:
    """Starts processes, watches them, and stops them in the opposite order."""

    def __init__(self, *, patience: float = 12.0) -> None:
        self._patience = patience  # seconds to end by itself; gunicorn gives its requests ten
        self._children: list[tuple[str, subprocess.Popen[bytes], Path]] = []
        self._watched: list[tuple[str, subprocess.Popen[bytes], Path]] = []

    def start(self, name: str, command: Sequence[str | Path], *, environment: Mapping[str, str], log: Path) -> None:
        """Starts one process; what it prints goes to ``log``."""
        child = (name, spawn(command, environment=environment, log=log), log)
        self._children.append(child)
        self._watched.append(child)

    def watch_also(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        """Watches a process that somebody else stops."""
        self._watched.append((name, process, log))

    def problem(self) -> str:
        """What happened to a process that ended by itself, with the end of its log; '' while all run."""
        for name, child, log in self._watched:
            if child.poll() is not None:
                return f"The {name} ended by itself (code {child.returncode}). The end of {log}:\n{tail(log)}"
        return ""

    def watch(self) -> str:
        """Waits until a process ends by itself, and returns what happened. KeyboardInterrupt passes through."""
        while not (problem := self.problem()):
            time.sleep(0.2)
        return problem

    def stop(self) -> None:
        """Asks every process to end, newest first, and insists when its patience is over."""
        for _, child, _ in reversed(self._children):
            if child.poll() is None:
                child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(self._patience)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # what is left of its session
            child.wait(5)
