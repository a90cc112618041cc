"""``bin/lock``: writes requirements/*.txt from pyproject.toml, with hashes and without addresses."""

from __future__ import annotations

import os
import subprocess
import sys

from portal.demo.installation import PROJECT, VENV, InstallationError, install_packages
from portal.demo.locks import lock_problems

_COMPILE = [
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate",
]  # fmt: skip
# The largest first: the smaller ones are held to its versions, so that no installation undoes another.
_SETS = {
    "dev": ["pyproject.toml", "--group", "demo", "--group", "dev"],
    "demo": ["pyproject.toml", "--group", "demo", "--constraint", "requirements/dev.txt"],
    "runtime": ["pyproject.toml", "--constraint", "requirements/dev.txt"],
    "tool": ["-"],
}


def main(arguments: list[str]) -> int:
    """Writes the lock files. Returns 0, 1 when one could not be written as it must be, 2 for wrong use."""
    if any(word != "--upgrade" for word in arguments):
        print(
            "Usage: bin/lock [--upgrade]\n"
            "Writes requirements/*.txt from pyproject.toml. --upgrade takes newer versions where the ranges allow."
        )
        return 0 if arguments in (["--help"], ["-h"]) else 2
    try:
        install_packages("dev")
    except InstallationError as error:
        print(error, file=sys.stderr)
        return 1
    for name, sources in _SETS.items():
        print(f"requirements/{name}.txt ...", flush=True)
        if not _compile(name, [*sources, *arguments]):
            return 1
    problems = lock_problems(PROJECT)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _compile(name: str, options: list[str]) -> bool:
    """Compiles one file. Nobody's own mirrors may shape it, so their variables are left out."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}
    done = subprocess.run(
        [VENV / "bin" / "uv", *_COMPILE, *options, "-o", f"requirements/{name}.txt"],
        cwd=PROJECT,
        env=environment,
        input="uv\n" if name == "tool" else None,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    return done.returncode == 0
