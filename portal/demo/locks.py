"""What the lock files must be: hashes, exact versions, and no address of any server. Standard library only."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from pathlib import Path

LOCKS = ("runtime", "demo", "dev")
PAIRS = {"10.6.1": "0.10.2"}  # nhsuk-frontend on npm: nhsuk-frontend-jinja, from the latter's own table
_ADDRESS = re.compile(
    r"\b(?:https?|file|git\+\w+|ssh)://\S*|^\s*--?(?:index-url|extra-index-url|find-links|[if])\b.*", re.M
)
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.M)


def lock_problems(project: Path) -> list[str]:
    """Every problem of the lock files in ``project``, as a sentence each; empty when all is well."""
    return [*_addresses(project), *_disagreements(project), *_unhashed(project), *_mismatched_design_system(project)]


def pins(project: Path, kind: str) -> dict[str, str]:
    """Name to exact version, as ``requirements/<kind>.txt`` has them."""
    return dict(_PIN.findall((project / "requirements" / f"{kind}.txt").read_text()))


def _addresses(project: Path) -> list[str]:
    files = [*sorted((project / "requirements").glob("*.txt")), project / "package-lock.json", project / ".npmrc"]
    return [
        f"{file.relative_to(project)} names an address or another source: {found.group().strip()}"
        for file in files
        for found in _ADDRESS.finditer(file.read_text())
    ]


def _disagreements(project: Path) -> list[str]:
    """The larger lock must hold all of the smaller one, at the same versions: installing one never undoes another."""
    problems = []
    for smaller, larger in itertools.pairwise(LOCKS):
        here, there = pins(project, smaller), pins(project, larger)
        problems += [
            f"requirements/{smaller}.txt has {name} {version}, {larger}.txt has {there.get(name, 'none')}"
            for name, version in here.items()
            if there.get(name) != version
        ]
    return problems


def _unhashed(project: Path) -> list[str]:
    problems = []
    for file in sorted((project / "requirements").glob("*.txt")):
        requirements = file.read_text().replace("\\\n", " ").splitlines()
        problems += [
            f"{file.name}: no hash for {line.split()[0]}"
            for line in requirements
            if line.strip() and "--hash=" not in line
        ]
    return problems


def _mismatched_design_system(project: Path) -> list[str]:
    styles = json.loads((project / "package.json").read_text())["dependencies"]["nhsuk-frontend"]
    declared = tomllib.loads((project / "pyproject.toml").read_text())["project"]["dependencies"]
    macros = next(text.partition("==")[2] for text in declared if text.startswith("nhsuk-frontend-jinja"))
    if PAIRS.get(styles) == macros:
        return []
    return [f"nhsuk-frontend {styles} and nhsuk-frontend-jinja {macros} are not a known pair; see portal/demo/locks.py"]
