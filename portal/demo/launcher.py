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
from portal.demo.postgres import Cluster
from portal.demo.postgres_programs import PostgresError
from portal.demo.processes import AlreadyRunning, Supervisor, only_one, stop_signals_interrupt

STEPS = 6


class CannotStart(Exception):
    """The portal cannot start; the message says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Starts the portal and keeps it running until Ctrl-C. Returns 0 after that, 1 when something went wrong."""
    options = _options(arguments)
    data_dir = Path(options.data).resolve()
    url = f"http://127.0.0.1:{options.port}"
    try:
        with stop_signals_interrupt(), only_one(data_dir, what="portal", url=url):
            check_port(options.port)
            return _run(data_dir, options.port, url)
    except AlreadyRunning as error:
        return _complain(_who_is_running(error.holder, data_dir))
    except (CannotStart, InstallationError, PostgresError) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.strerror}: {error.filename or data_dir}")
    except KeyboardInterrupt:
        return _complain("Stopped before it was ready.")


def portal_environment(data_dir: Path, *, url: str) -> dict[str, str]:
    """The environment of the portal's processes on this data folder."""
    return {
        **os.environ,
        "PORTAL_MODE": "demo",
        "PORTAL_DATA": str(data_dir),
        "PORTAL_BASE_URL": os.environ.get("PORTAL_BASE_URL", url),
        "DJANGO_SETTINGS_MODULE": "portal.config.settings",
        "PYTHONPATH": str(PROJECT),
    }


def web_command(port: int) -> list[str | Path]:
    """What starts the web server on a port of this machine."""
    gunicorn: list[str | Path] = [PYTHON, "-m", "gunicorn", "--config", "python:portal.config.gunicorn"]
    return [*gunicorn, "--bind", f"127.0.0.1:{port}", "portal.config.wsgi"]


def worker_command() -> list[str | Path]:
    """What starts the process that sends e-mails and runs tasks."""
    return [PYTHON, "-m", "portal.config.operate", "work", "--forever"]


def is_ready(url: str) -> bool:
    """Whether a portal at that address says that it is ready for people."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def check_port(port: int) -> None:
    """Raises CannotStart when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(f"Port {port} cannot be used ({error.strerror}). Choose another with --port.") from None


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


def _run(data_dir: Path, port: int, url: str) -> int:
    started = time.monotonic()
    with _step(1, "Python packages"):
        install_packages("demo")
    with _step(2, "NHS design system"):
        install_design_system()
    logs = data_dir / "logs"
    logs.mkdir(exist_ok=True)
    environment = portal_environment(data_dir, url=url)
    supervisor = Supervisor()
    cluster = None if os.environ.get("DATABASE_URL") else Cluster(data_dir)
    try:
        with _step(3, "Database"):
            if cluster is not None:
                supervisor.watch_also("database", cluster.start(), cluster.log)
        with _step(4, "Tables and static files"):
            _manage(
                environment | {"PORTAL_DATABASE_ROLE": "owner"},
                ["migrate_portal"],
                ["collectstatic", "--noinput", "--verbosity", "0"],
            )
        with _step(5, "Sample data"):
            _manage(environment, ["load_demo"])
        with _step(6, "Web server and worker"):
            _start_servers(supervisor, environment, logs, port)
            _wait_until_ready(supervisor, url)
        print(_where_to_go(data_dir, url, time.monotonic() - started), flush=True)
        return _watch(supervisor)
    finally:
        supervisor.stop()
        if cluster is not None:
            cluster.stop()


def _watch(supervisor: Supervisor) -> int:
    try:
        return _complain(f"{supervisor.watch()}\nStopping everything.")
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
        return 0


@contextlib.contextmanager
def _step(number: int, what: str) -> Iterator[None]:
    """Says which step runs, and how long it took."""
    print(f"{number}/{STEPS} {what} ...", end=" ", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("stopped here.", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def _manage(environment: dict[str, str], *commands: list[str]) -> None:
    """Runs management commands side by side. Raises CannotStart with what the first to fail said."""
    children = [
        subprocess.Popen(
            [PYTHON, "-m", "portal.config.operate", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    try:
        for command, child in zip(commands, children, strict=True):
            said, _ = child.communicate()
            if child.returncode != 0:
                raise CannotStart(f"{command[0]} failed:\n{said.strip()[-3000:]}")
    finally:
        for child in children:
            child.kill()
            child.wait()


def _start_servers(supervisor: Supervisor, environment: dict[str, str], logs: Path, port: int) -> None:
    supervisor.start("web server", web_command(port), environment=environment, log=logs / "web.log")
    supervisor.start("worker", worker_command(), environment=environment, log=logs / "worker.log")


def _wait_until_ready(supervisor: Supervisor, url: str) -> None:
    for _ in range(600):
        if problem := supervisor.problem():
            raise CannotStart(problem)
        if is_ready(url):
            return
        time.sleep(0.1)
    raise CannotStart("The web server started but does not answer. Its log is in the data folder, logs/web.log.")


def _where_to_go(data_dir: Path, url: str, seconds: float) -> str:
    return (
        f"\nThe portal is ready after {seconds:.0f} seconds.\n\n"
        f"  Open    {url}/demo/\n"
        "  There   choose somebody to be: Asha Patel orders for a practice, Wanda Nowak works in the warehouse\n"
        f"  Mail    {url}/demo/mail/\n"
        f"  Data    {data_dir}\n\n"
        "Ctrl-C stops it."
    )


def _who_is_running(holder: dict[str, str], data_dir: Path) -> str:
    process = f" (process {holder['process']})" if "process" in holder else ""
    if holder.get("what") == "command":
        return f"A bin/portal command{process} is using {data_dir}. Start again when it has finished."
    where = f" at {holder['url']}" if "url" in holder else ""
    return f"A portal is already running on {data_dir}{where}{process}. Stop it, or choose another folder with --data."


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1
