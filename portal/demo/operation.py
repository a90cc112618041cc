"""``bin/portal``: the operator's command line, beside a running portal or without one. Standard library only."""

from __future__ import annotations

import ast
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from portal.demo.installation import PROJECT, PYTHON, InstallationError, install_packages
from portal.demo.postgres import Cluster
from portal.demo.postgres_programs import PostgresError
from portal.demo.processes import AlreadyRunning, only_one, stop_signals_interrupt

WRONG_USE = 2
SHORT_NAMES = {"migrate": "migrate_portal", "demo": "load_demo"}
_AS_OWNER = {"migrate_portal", "simulate_records"}  # the second makes a database of its own
_PATIENCE = 600.0  # seconds to wait for another command, which may be a long import
_STARTING = 120.0  # seconds to wait for the database of a portal that is starting


def main(arguments: list[str]) -> int:
    """Runs one command. Returns its exit code: 0 done, 1 found something or refused, 2 wrong use."""
    words, data = take_data_folder(arguments)
    commands = find_commands(PROJECT / "portal")
    if not words or words[0] in ("--help", "-h", "help"):
        print(_help(commands))
        return 0 if words else WRONG_USE
    command = SHORT_NAMES.get(words[0], words[0].replace("-", "_"))
    if command not in commands:
        return _complain(f"There is no command {words[0]!r}. bin/portal --help lists them.", WRONG_USE)
    data_dir = Path(data or os.environ.get("PORTAL_DATA") or PROJECT / ".portal").resolve()
    asks_for_help = any(word in ("--help", "-h") for word in words)
    try:
        with stop_signals_interrupt():
            if not os.environ.get("DATABASE_URL"):
                install_packages("demo")
            if os.environ.get("DATABASE_URL") or asks_for_help:
                return _run(command, words[1:], data_dir, {})
            with _database(data_dir) as found:
                return _run(command, words[1:], data_dir, found)
    except (InstallationError, PostgresError) as error:
        return _complain(str(error), 1)
    except KeyboardInterrupt:
        return 130


def take_data_folder(arguments: list[str]) -> tuple[list[str], str]:
    """The arguments without ``--data DIR``, wherever it stood, and its folder ('' when not given)."""
    kept: list[str] = []
    folder = ""
    words = iter(arguments)
    for word in words:
        if word == "--data":
            folder = next(words, "")
        elif word.startswith("--data="):
            folder = word.partition("=")[2]
        else:
            kept.append(word)
    return kept, folder


def find_commands(portal: Path) -> dict[str, str]:
    """Every command the portal's apps declare, and its line of help, read without running anything."""
    files = sorted(portal.glob("**/management/commands/[a-z]*.py"), key=lambda file: file.stem)
    return {file.stem: _help_of(file) for file in files}


def _help_of(file: Path) -> str:
    for node in ast.walk(ast.parse(file.read_text())):
        if (
            isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "help" for target in node.targets)
            and isinstance(node.value, ast.Constant)
        ):
            return str(node.value.value).partition(". ")[0].rstrip(".")
    return ""


def _help(commands: dict[str, str]) -> str:
    short = {command: name for name, command in SHORT_NAMES.items()}
    names = {short.get(command, command.replace("_", "-")): text for command, text in commands.items()}
    width = max(map(len, names)) + 2
    return (
        "Usage: bin/portal [--data DIR] COMMAND [...]\n\n"
        "The operator's commands. They work beside a running portal and without one.\n\n"
        + "\n".join(f"  {name:<{width}}{text}" for name, text in sorted(names.items()))
        + "\n\nbin/portal COMMAND --help says more. --data or PORTAL_DATA: the data folder (.portal).\n"
        "Exit codes: 0 done, 1 found something or refused, 2 wrong use."
    )


@contextlib.contextmanager
def _database(data_dir: Path) -> Iterator[dict[str, str]]:
    """The embedded database: of the portal that runs, else started for this command alone."""
    with contextlib.ExitStack() as stack:
        if (portal := _hold_folder(data_dir, stack)) is not None:
            _wait_for_portal(data_dir)
            yield {"PORTAL_BASE_URL": portal.get("url", "")}
            return
        cluster = Cluster(data_dir)
        is_new = cluster.is_new
        stack.callback(cluster.stop)
        cluster.start()
        if is_new and (code := _run("migrate_portal", [], data_dir, {}, quiet=True)):
            raise PostgresError(f"The new database in {data_dir} could not be prepared (exit code {code}).")
        yield {}


def _hold_folder(data_dir: Path, stack: contextlib.ExitStack) -> dict[str, str] | None:
    """Holds the data folder until ``stack`` closes, after other commands; or says which portal holds it."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            stack.enter_context(only_one(data_dir, what="command"))
            return None
        except AlreadyRunning as error:
            if error.holder.get("what") == "portal":
                return error.holder
            time.sleep(0.3)
    raise PostgresError(f"Another command has been using {data_dir} for ten minutes. Try again when it has finished.")


def _wait_for_portal(data_dir: Path) -> None:
    cluster = Cluster(data_dir)
    deadline = time.monotonic() + _STARTING
    while not cluster.is_answering():
        if time.monotonic() > deadline:
            raise PostgresError(f"A portal is running on {data_dir}, but its database does not answer.")
        time.sleep(0.2)


def _run(command: str, words: list[str], data_dir: Path, found: dict[str, str], *, quiet: bool = False) -> int:
    """Runs Django's command in the caller's folder, because the files it is given are named from there."""
    environment = found | os.environ | {"PORTAL_DATA": str(data_dir), "PYTHONPATH": str(PROJECT)}
    if not os.environ.get("DATABASE_URL"):
        environment.setdefault("PORTAL_MODE", "demo")
    if command in _AS_OWNER:
        environment["PORTAL_DATABASE_ROLE"] = "owner"
    program = PYTHON if PYTHON.exists() else Path(sys.executable)
    child = subprocess.Popen(
        [program, "-m", "portal.config.operate", command, *words],
        env=environment,
        stdout=subprocess.DEVNULL if quiet else None,
    )
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGTERM)  # Ctrl-C reached it by itself; a request to stop may not have
        child.wait()
        raise


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code
