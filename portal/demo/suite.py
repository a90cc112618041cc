"""``bin/test``: from a fresh clone to every test run. Needs only the standard library."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from portal.demo.browser import install_browser
from portal.demo.installation import PROJECT, PYTHON, InstallationError, install_design_system, install_packages
from portal.demo.postgres import Cluster, throw_away_cluster
from portal.demo.postgres_programs import PostgresError

T = TypeVar("T")
HELP = """Usage: bin/test [--no-check] [pytest's arguments]

Without arguments: installs what the tests need, runs bin/check, then every test on two cores.
With arguments, they go to pytest and bin/check is left out:
  bin/test portal/supplies -k allowance
  bin/test -m "not browser"

PORTAL_NO_BROWSER=1 says that you know there is no browser; without it, tests not run for want of one are a failure.
"""


def main(arguments: list[str]) -> int:
    """Runs the tests. Returns 0 when all that was asked for ran and passed, 1 otherwise."""
    if arguments in (["--help"], ["-h"]):
        print(HELP, end="")
        return 0
    with_check = not arguments
    chosen = [word for word in arguments if word != "--no-check"]
    signal.signal(signal.SIGTERM, _stop)
    try:
        _timed("Python packages", lambda: install_packages("dev"))
        _timed("NHS design system", install_design_system)
        browser, reason = _browser()
        with throw_away_cluster() as cluster:
            environment = suite_environment(cluster, browser)
            results = {}
            if with_check:
                results["bin/check"] = _run([PROJECT / "bin" / "check"], environment)
            results["tests"] = _run(pytest_command(chosen, browser is not None), environment)
    except (InstallationError, PostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1
    return _summary(results, browser, reason)


def suite_environment(cluster: Cluster, browser: Path | None) -> dict[str, str]:
    """What the tests see: a server of their own, a data folder of their own, and nothing of the demo's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_"))}
    return kept | {
        "PORTAL_MODE": "test",
        "PORTAL_DATA": str(cluster.data_dir / "portal"),
        "DATABASE_URL": cluster.url("portal_app"),
        "DATABASE_OWNER_URL": cluster.url("portal_owner"),
        "PORTAL_BROWSER": str(browser or ""),
    }


def pytest_command(chosen: list[str], has_browser: bool) -> list[str | Path]:
    """pytest with the caller's arguments, or the whole suite on two cores when there are none."""
    command: list[str | Path] = [PYTHON, "-m", "pytest"]
    command += chosen or ["-n", "2", "--dist", "loadfile"]
    return command if has_browser or "-m" in chosen else [*command, "-m", "not browser"]


def _browser() -> tuple[Path | None, str]:
    if os.environ.get("PORTAL_NO_BROWSER") == "1":
        return None, "PORTAL_NO_BROWSER=1"
    return _timed("Browser", install_browser)


def _timed(what: str, step: Callable[[], T]) -> T:
    print(f"{what} ...", end=" ", flush=True)
    start = time.monotonic()
    result = step()
    print(f"{time.monotonic() - start:.1f} s", flush=True)
    return result


def _run(command: list[str | Path], environment: dict[str, str]) -> int:
    print(f"\n$ {' '.join(os.path.relpath(word, PROJECT) if isinstance(word, Path) else word for word in command)}")
    sys.stdout.flush()
    return subprocess.run(command, cwd=PROJECT, env=environment).returncode


def _summary(results: dict[str, int], browser: Path | None, reason: str) -> int:
    print()
    for name, code in results.items():
        print(f"{name}: {'passed' if code == 0 else f'FAILED (exit code {code})'}")
    accepted = browser is not None or os.environ.get("PORTAL_NO_BROWSER") == "1"
    if browser is None:
        print(f"browser tests: NOT RUN. {reason}")
    return 0 if accepted and not any(results.values()) else 1


def _stop(*arguments: object) -> None:
    raise KeyboardInterrupt
