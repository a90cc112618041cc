"""``bin/check``: every check of the code that needs no database; all failures are reported together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from portal.demo.installation import PROJECT, PYTHON, VENV, InstallationError, install_packages
from portal.demo.locks import lock_problems

HELP = """Usage: bin/check [--fix]

Runs every check that needs no database, and reports all failures together.
--fix first mends what a program can: formatting, simple lint, generated pages.
"""
# A production environment as a careful deployer would write it, for Django's own deployment check.
_PRODUCTION = {
    "PORTAL_MODE": "production",
    "PORTAL_SECRET_KEY": "a-key-that-signs-nothing-0123456789-abcdefghijklmnopqrstuvwxyz",
    "PORTAL_AUDIT_KEY": "a-key-that-seals-nothing-0123456789-abcdefghijklmnopqrstuvwxyz",
    "PORTAL_HOSTS": "portal.example.org",
    "PORTAL_EMAIL_URL": "smtps://portal:secret@mail.example.org:465",
    "DATABASE_URL": "postgresql://portal_app:secret@database.example.org/portal",
}


@dataclass(frozen=True)
class Outcome:
    """What one check found: nothing when ``problems`` is empty."""

    name: str
    problems: str
    seconds: float


def main(arguments: list[str]) -> int:
    """Runs every check. Returns 0 when none found anything, 1 when some did, 2 when asked for something else."""
    if arguments not in ([], ["--fix"]):
        print(HELP, end="")
        return 0 if arguments in (["--help"], ["-h"]) else 2
    try:
        install_packages("dev")
    except InstallationError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments:
        _fix()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda check: _timed(*check), CHECKS.items()))
    for outcome in outcomes:
        if outcome.problems:
            print(f"--- {outcome.name} ---\n{outcome.problems}\n")
    for outcome in outcomes:
        print(f"{outcome.name:<20} {'FAILED' if outcome.problems else 'passed'} {outcome.seconds:6.1f} s")
    return 1 if any(outcome.problems for outcome in outcomes) else 0


def _fix() -> None:
    _tool("ruff", "check", "--fix-only", "--quiet")
    _tool("ruff", "format", "--quiet")
    _django("generate_docs")


def _timed(name: str, check: Callable[[], str]) -> Outcome:
    start = time.monotonic()
    return Outcome(name, check(), time.monotonic() - start)


def _tool(name: str, *arguments: str) -> str:
    return _output([str(VENV / "bin" / name), *arguments], {"PORTAL_MODE": "test"})


def _django(command: str, *arguments: str, environment: dict[str, str] | None = None) -> str:
    return _output([str(PYTHON), "manage.py", command, *arguments], environment or {"PORTAL_MODE": "test"})


def _output(command: list[str], environment: dict[str, str]) -> str:
    """What the command printed, when it failed; otherwise nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_"))}
    done = subprocess.run(  # the caller judges the exit code
        command,
        cwd=PROJECT,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return ""
    return (done.stdout + done.stderr).strip() or f"exit code {done.returncode}, and no word why"


def _locks() -> str:
    return "\n".join(lock_problems(PROJECT))


# The slow ones first, so that two cores end together.
CHECKS: dict[str, Callable[[], str]] = {
    "types": partial(_tool, "mypy"),
    "templates": partial(_tool, "djlint", "portal", "--lint", "--quiet"),
    "floors": partial(_tool, "lint-imports"),
    "migrations": partial(_django, "makemigrations", "--check", "--dry-run"),
    "generated pages": partial(_django, "generate_docs", "--check"),
    "deployment": partial(_django, "check", "--deploy", "--fail-level", "WARNING", environment=_PRODUCTION),
    "lint": partial(_tool, "ruff", "check"),
    "format": partial(_tool, "ruff", "format", "--check"),
    "lock files": _locks,
}
