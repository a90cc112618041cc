"""A PostgreSQL of our own inside one folder: made, started, stopped. Needs only the standard library.

It listens on a socket in a folder that only its owner may enter, which is what makes its trust in
whoever connects safe. Production uses another server and other rules (docs/guides/deploying.md).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from portal.demo.postgres_programs import (
    PostgresError,
    as_ordinary_user,
    find_programs,
    ordinary_users,
    plain_environment,
)
from portal.demo.processes import spawn, tail

_SOCKET_NAME_LENGTH = len("/.s.PGSQL.5432")
_LONGEST_SOCKET = 103  # what the operating systems allow, less one
_MAKE_ROLES = """
do $$ begin
    if not exists (select from pg_roles where rolname = 'portal_owner') then
        create role portal_owner login nosuperuser createdb;
    end if;
    if not exists (select from pg_roles where rolname = 'portal_app') then
        create role portal_app login nosuperuser;
    end if;
end $$"""
_CLOSE_DATABASE = "revoke connect on database portal from public; grant connect on database portal to portal_app"


def socket_dir(data_dir: Path) -> Path:
    """The folder of the server's socket: inside the data folder, or in /tmp when that path is too long."""
    inside = data_dir / "postgres"
    if len(os.fsencode(inside)) + _SOCKET_NAME_LENGTH <= _LONGEST_SOCKET:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path("/tmp") / f"portal-{os.getuid()}-{name}"  # noqa: S108  made 0700, and refused when somebody else's


class Cluster:
    """One database cluster in ``data_dir/postgres``. ``throw_away`` trades safety for speed: for tests only."""

    def __init__(self, data_dir: Path, *, throw_away: bool = False) -> None:
        self.data_dir = data_dir
        self.home = data_dir / "postgres"
        self.folder = self.home / "data"
        self.sockets = socket_dir(data_dir)
        self.log = self.home / "log"
        self._throw_away = throw_away
        self._programs: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever kept here."""
        return not (self.folder / "PG_VERSION").exists()

    def url(self, role: str, database: str = "portal") -> str:
        """The address for a role of this cluster."""
        return f"postgresql://{role}@/{database}?host={self.sockets}&port=5432"

    def start(self) -> subprocess.Popen[bytes]:
        """Makes the cluster where there is none, starts it, and returns its process once it answers.

        A server left over from a launcher that was killed is stopped first. Raises PostgresError.
        """
        _make_private(self.data_dir)
        _make_private(self.home, *ordinary_users())
        _make_private(self.sockets, self.home.stat().st_uid)
        self.sockets.chmod(0o700)
        self.stop_left_over()
        self._programs = find_programs("" if self.is_new else (self.folder / "PG_VERSION").read_text().strip())
        if self.is_new:
            self._make()
        self._process = self._run_server()
        try:
            self._wait_until_it_answers()
            self._make_roles()
        except BaseException:
            self.stop()
            raise
        return self._process

    def stop(self) -> None:
        """Stops the server this object started, and waits until it has gone."""
        if self._process is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # clients sent away; at once; by force
            if self._process.poll() is None:
                self._process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(20)

    def is_answering(self) -> bool:
        """Whether a server takes connections on this cluster's socket."""
        if self._programs is None:
            self._programs = find_programs()
        command: list[str | Path] = [
            self._programs / "pg_isready",
            "-q",
            "-h",
            self.sockets,
            "-U",
            "postgres",
            "-d",
            "postgres",
        ]
        return subprocess.run(command, env=plain_environment()).returncode == 0

    def stop_left_over(self) -> None:
        """Stops a server of this very folder that lost its launcher, and removes a pid file without a server."""
        pid_file = self.folder / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
            pid = int(pid_file.read_text().splitlines()[0])
            if not _is_server_of(pid, self.folder):
                pid_file.unlink()
                (self.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
                return
            os.kill(pid, signal.SIGINT)
            for _ in range(300):
                if not _is_server_of(pid, self.folder):
                    return
                time.sleep(0.1)
            raise PostgresError(f"A PostgreSQL (process {pid}) still uses {self.folder} and does not stop.")

    def _make(self) -> None:
        assert self._programs is not None
        unfinished = self.home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["--no-sync"] if self._throw_away else ["--data-checksums"]
        command: list[str | Path] = [
            *self._as_ordinary_user(), self._programs / "initdb", "-D", unfinished, "-U", "postgres",
            "--auth=trust", "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8", *options,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=plain_environment())
        if done.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise PostgresError(f"The database could not be made in {self.home}:\n{done.stderr.strip()}")
        shutil.rmtree(self.folder, ignore_errors=True)
        unfinished.rename(self.folder)  # so that a folder that exists is complete

    def _run_server(self) -> subprocess.Popen[bytes]:
        assert self._programs is not None
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "port": "5432",
            "max_connections": "100",
        }
        if self._throw_away:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command: list[str | Path] = [
            *self._as_ordinary_user(),
            self._programs / "postgres",
            "-D",
            self.folder,
            *options,
        ]
        return spawn(command, environment=plain_environment(), log=self.log)

    def _as_ordinary_user(self) -> list[str]:
        return as_ordinary_user(self.data_dir, self.home, self.sockets)

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        for _ in range(1200):
            if self._process.poll() is not None:
                break
            if self.is_answering():
                return
            time.sleep(0.05)
        raise PostgresError(f"PostgreSQL did not start. The end of {self.log}:\n{tail(self.log)}")

    def _make_roles(self) -> None:
        self._query(_MAKE_ROLES)
        if not self._query("select 1 from pg_database where datname = 'portal'"):
            self._query("create database portal owner portal_owner")
        self._query(_CLOSE_DATABASE)

    def _query(self, statement: str) -> str:
        assert self._programs is not None
        command: list[str | Path] = [
            self._programs / "psql", "-h", self.sockets, "-U", "postgres", "-d", "postgres", "-AtXqc", statement,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, env=plain_environment())
        if done.returncode != 0:
            raise PostgresError(f"PostgreSQL refused a step of its set-up: {done.stderr.strip()}")
        return str(done.stdout).strip()


@contextlib.contextmanager
def throw_away_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster in a temporary folder, gone at the end: for the tests.

    ``durable`` for measurements of writing: it waits for the disk, as one that is kept does.
    """
    folder = Path(tempfile.mkdtemp(prefix="portal-test-")).resolve()
    cluster = Cluster(folder, throw_away=not durable)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _make_private(folder: Path, *allowed_owners: int) -> None:
    """Makes a folder that only its owner may enter; one that exists must be ours, because all who enter are trusted."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid not in (os.getuid(), *allowed_owners):
        raise PostgresError(f"The folder {folder} belongs to somebody else. Choose another with --data.")


def _is_server_of(pid: int, folder: Path) -> bool:
    """Whether the process is a PostgreSQL on that folder: a number in an old file may belong to anybody by now."""
    if Path("/proc/self/cmdline").exists():  # Linux
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            return words[0].endswith(b"/postgres") and os.fsencode(folder) in words
        return False
    listed = subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True)
    return "postgres" in listed.stdout and str(folder) in listed.stdout
