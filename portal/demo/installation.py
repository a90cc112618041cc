"""What a fresh clone needs: Python packages with checked hashes, and the design system. Standard library only."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.demo.assets import STATIC, keep_font, lay_out

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
DESIGN_SYSTEM = PROJECT / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk"
_LOCKS = PROJECT / "requirements"
_STAMPS = VENV / "stamps"


class InstallationError(Exception):
    """Something could not be installed; the message says what and why."""


def main(arguments: list[str]) -> int:
    """``bin/install``: what a production server needs, and no more. Returns 0, 1 when it could not, 2 for wrong use."""
    if arguments:
        print("Usage: bin/install\nInstalls the portal's Python packages into .venv, and the NHS design system.")
        return 0 if arguments in (["--help"], ["-h"]) else 2
    try:
        install_packages("runtime")
        install_design_system()
    except InstallationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def install_packages(kind: str) -> bool:
    """Installs ``requirements/<kind>.txt`` into .venv, hashes checked; False when it was there already.

    ``dev`` holds everything ``demo`` does, so a machine that ran the tests need not install again.
    """
    locked = _LOCKS / f"{kind}.txt"
    with _alone():
        if PYTHON.exists() and any(_is_stamped(each.name, each) for each in (_LOCKS / "dev.txt", locked)):
            return False
        _make_venv()
        install = ["install", "--quiet", "--require-hashes", "-r"]
        _run([PYTHON, "-m", "pip", *install, _LOCKS / "tool.txt"])
        _run(
            [VENV / "bin" / "uv", "pip", *install, locked, "--python", PYTHON],
            otherwise=[PYTHON, "-m", "pip", *install, locked],  # knows of mirrors and proxies that uv does not
        )
        _stamp(locked.name, locked)
    return True


def install_design_system() -> bool:
    """Fetches the NHS design system and lays out its files for the portal; False when they are there already."""
    font = keep_font(os.environ)
    shaped_by = (PROJECT / "package-lock.json", Path(__file__).with_name("assets.py"))
    with _alone():
        if (STATIC / "nhsuk-frontend.min.css").exists() and _is_stamped("design-system", *shaped_by, note=str(font)):
            return False
        _fetch_design_system()
        lay_out(DESIGN_SYSTEM, STATIC, font=font)
        _stamp("design-system", *shaped_by, note=str(font))
    return True


def _make_venv() -> None:
    if PYTHON.exists() and any(VENV.glob("lib/python3*/site-packages/pip")):
        return
    try:
        venv.create(VENV, with_pip=True, symlinks=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise InstallationError(
            f"No virtual environment could be made in {VENV} ({error}).\n"
            "On Debian, Python's part for this is a package of its own: apt-get install python3-venv"
        ) from None


def _fetch_design_system() -> None:
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    programs: list[str | Path] = [path for path in (shutil.which("npm"), VENV / "bin" / "npm") if path]
    if not programs:
        raise InstallationError("npm was not found. Install Node 20 or newer, which brings npm.")
    _run([programs[0], *arguments], otherwise=[programs[-1], *arguments])


def _run(command: Sequence[str | Path], *, otherwise: Sequence[str | Path] = ()) -> None:
    # .venv/bin first on the path: the wheel's npm looks there for its node
    environment = os.environ | {"PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{VENV / 'bin'}"}
    try:
        done = subprocess.run(
            command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        said = (done.stderr or done.stdout).strip() or "no word why" if done.returncode else ""
    except OSError as error:
        said = str(error)
    if not said:
        return
    if otherwise and list(otherwise) != list(command):
        _run(otherwise)
        return
    words = " ".join(str(word) for word in command[:4])
    raise InstallationError(f"{words} ... failed:\n{said[-2000:]}")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two commands started at once in one clone install one after the other."""
    descriptor = os.open(_LOCKS, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _digest(*files: Path, note: str = "") -> str:
    content = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + note.encode() + sys.version.encode()).hexdigest()


def _is_stamped(name: str, *files: Path, note: str = "") -> bool:
    stamp = _STAMPS / name
    return stamp.exists() and stamp.read_text() == _digest(*files, note=note)


def _stamp(name: str, *files: Path, note: str = "") -> None:
    _STAMPS.mkdir(parents=True, exist_ok=True)
    (_STAMPS / name).write_text(_digest(*files, note=note))
