"""The project's own source, as meta-tests read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PORTAL = PROJECT / "portal"


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the portal that people wrote: no migrations."""
    return tuple(sorted(path for path in PORTAL.rglob("*.py") if "migrations" not in path.parts))


def production_modules() -> Iterator[Path]:
    """The same without tests."""
    return (path for path in modules() if "tests" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(), filename=str(path))


@cache
def names_used_in(path: Path) -> frozenset[str]:
    """Every bare or dotted name the file mentions, without its imports."""
    return frozenset(
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(tree_of(path))
        if isinstance(node, (ast.Name, ast.Attribute))
    )


def constants_of(path: Path, function: str) -> dict[str, str]:
    """NAME -> first argument, for module-level ``NAME = function("code", ...)``."""
    found = {}
    for node in tree_of(path).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Name) and call.func.id == function:
                assert isinstance(node.targets[0], ast.Name) and isinstance(call.args[0], ast.Constant)
                found[node.targets[0].id] = str(call.args[0].value)
    return found


def users_of(name: str, *, besides: Path) -> list[Path]:
    """The production files that mention the name, other than the one that defines it."""
    return [path for path in production_modules() if path != besides and name in names_used_in(path)]


def short(path: Path) -> str:
    """The path as a person says it."""
    return str(path.relative_to(PROJECT))
