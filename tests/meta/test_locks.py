"""What is installed is what was locked: hashes everywhere, no address of any server, versions that agree."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portal.demo.locks import lock_problems, pins
from tests.meta.source import PROJECT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "requirements", tmp_path / "requirements")
    for name in ("package.json", "package-lock.json", ".npmrc", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def test_the_lock_files_are_as_they_must_be() -> None:
    assert lock_problems(PROJECT) == []
    assert pins(PROJECT, "runtime")["nhsuk-frontend-jinja"] == "0.10.2"


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("requirements/dev.txt", "--index-url https://mirror.example.org/simple"),
        ("requirements/demo.txt", "--find-links /opt/wheels"),
        ("requirements/runtime.txt", "django @ file:///opt/django.whl --hash=sha256:0"),
        ("package-lock.json", '"resolved": "https://mirror.example.org/nhsuk-frontend.tgz"'),
        (".npmrc", "registry=https://mirror.example.org/"),
    ],
)
def test_an_address_is_found_wherever_it_hides(copy: Path, file: str, line: str) -> None:
    with (copy / file).open("a") as locked:
        locked.write(f"\n{line}\n")
    assert any(problem.startswith(f"{file} names an address") for problem in lock_problems(copy))


def test_locks_that_disagree_are_found(copy: Path) -> None:
    file = copy / "requirements" / "demo.txt"
    file.write_text(file.read_text().replace("\ndjango==", "\ndjango==0."))
    assert any("has django" in problem for problem in lock_problems(copy))


def test_a_requirement_without_a_hash_is_found(copy: Path) -> None:
    with (copy / "requirements" / "tool.txt").open("a") as locked:
        locked.write("\nleft-pad==1.0\n")
    assert lock_problems(copy) == ["tool.txt: no hash for left-pad==1.0"]


def test_styles_and_macros_of_different_releases_are_found(copy: Path) -> None:
    file = copy / "package.json"
    file.write_text(file.read_text().replace("10.6.1", "10.6.0"))
    assert ["not a known pair" in problem for problem in lock_problems(copy)] == [True]
