"""``bin/start``: from a fresh clone to a running portal. Needs only the standard library."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from portal.demo.installation import PROJECT, PYTHON, InstallationError, install_design_system, install_packages
from portal.demo.postgres import Cluster, PostgresError
from portal.demo.processes import AlreadyRunning, Supervisor, only_one

STEPS = 6


class CannotStart(Exception):
    """The portal cannot start; the message says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Starts the portal and keeps it running until Ctrl-C. Returns 0 after that, 1 when something went wrong."""
    options = _options(arguments)
    data_dir = Path(options.data).resolve()
    try:
        with only_one(data_dir):
            _check_port(options.port)
            return _run(data_dir, options.port)
    except AlreadyRunning:
        return _complain(f"A portal is already running on {data_dir}. Stop it, or choose another folder with --data.")
    except (CannotStart, InstallationError, PostgresError) as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _complain("Stopped before it was ready.")


def portal_environment(data_dir: Path, *, port: int = 8000) -> dict[str, str]:
    """The environment of the portal's processes on this data folder."""
    return {
        **os.environ,
        "PORTAL_MODE": os.environ.get("PORTAL_MODE", "demo"),
        "PORTAL_DATA": str(data_dir),
        "PORTAL_BASE_URL": os.environ.get("PORTAL_BASE_URL", f"http://127.0.0.1:{port}"),
        "DJANGO_SETTINGS_MODULE": "portal.config.settings",
        "PYTHONPATH": str(PROJECT),
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/start", description="Start the portal with sample data.")
    parser.add_argument("--port", type=_port, default=8000, help="port on 127.0.0.1 (default 8000)")
    parser.add_argument(
        "--data",
        default=os.environ.get("PORTAL_DATA") or str(PROJECT / ".portal"),
        help="folder that keeps everything (default .portal, or PORTAL_DATA)",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: write a number from 1 to 65535")
    return int(text)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(f"Port {port} cannot be used ({error.strerror}). Choose another with --port.") from None


def _run(data_dir: Path, port: int) -> int:
    started = time.monotonic()
    with _step(1, "Python packages"):
        install_packages("demo")
    with _step(2, "NHS design system"):
        install_design_system()
    environment = portal_environment(data_dir, port=port)
    supervisor = Supervisor()
    cluster = None
    try:
        with _step(3, "Database"):
            if "DATABASE_URL" not in os.environ:
                cluster = Cluster(data_dir)
                cluster.start()
        with _step(4, "Tables and static files"):
            _manage("migrate_portal", environment | {"PORTAL_DATABASE_ROLE": "owner"})
            _manage("collectstatic", environment, "--noinput", "--verbosity", "0")
        with _step(5, "Sample data"):
            _manage("load_demo", environment)
        with _step(6, "Web server and e-mail worker"):
            _start_servers(supervisor, environment, data_dir, port)
        print(_where_to_go(data_dir, port, time.monotonic() - started), flush=True)
        problem = supervisor.watch()
        print("\nStopping ...", flush=True)
        return _complain(problem) if problem else 0
    finally:
        supervisor.stop()
        if cluster is not None:
            cluster.stop()


@contextlib.contextmanager
def _step(number: int, what: str) -> Iterator[None]:
    """Says which step runs, and how long it took."""
    print(f"{number}/{STEPS} {what} ...", end=" ", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed.", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def _manage(command: str, environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603
        [PYTHON, PROJECT / "manage.py", command, *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise CannotStart(f"{command} failed:\n{(done.stderr or done.stdout).strip()[-3000:]}")


def _start_servers(supervisor: Supervisor, environment: dict[str, str], data_dir: Path, port: int) -> None:
    logs = data_dir / "logs"
    logs.mkdir(exist_ok=True)
    gunicorn = [PYTHON, "-m", "gunicorn", "--config", "python:portal.config.gunicorn", "--bind", f"127.0.0.1:{port}"]
    supervisor.start(
        "web server", [*gunicorn, "portal.config.wsgi"], environment=environment, log=logs / "web.log"
    )
    worker = [PYTHON, PROJECT / "manage.py", "deliver_outbox", "--forever"]
    supervisor.start("e-mail worker", worker, environment=environment, log=logs / "worker.log")
    for _ in range(300):
        if not supervisor.is_alive():
            raise CannotStart(f"The servers did not start. See {logs}.\n{_tail(logs / 'web.log')}")
        with contextlib.suppress(urllib.error.URLError, OSError):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        time.sleep(0.1)
    raise CannotStart(f"The web server started but does not answer. See {logs}.")


def _where_to_go(data_dir: Path, port: int, seconds: float) -> str:
    return (
        f"\nThe portal is ready after {seconds:.0f} seconds.\n\n"
        f"  Open    http://127.0.0.1:{port}/demo/\n"
        "  There   choose somebody to be: Asha Patel orders for a practice, Wanda Nowak works in the warehouse\n"
        f"  Mail    http://127.0.0.1:{port}/demo/mail/\n"
        f"  Data    {data_dir}\n\n"
        "Ctrl-C stops it."
    )


def _tail(file: Path) -> str:
    return "\n".join(file.read_text(errors="replace").splitlines()[-15:]) if file.exists() else ""


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1
