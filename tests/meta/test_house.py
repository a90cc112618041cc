"""The rooms: no names that say nothing, no halls, generated pages current."""

from __future__ import annotations

import re
import warnings

from portal.foundation.web.generated_docs import generate
from tests.meta.source import PROJECT, modules, short

PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base"}
WARN_LINES, FAIL_LINES = 250, 400


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [short(path) for path in modules() if path.stem in FORBIDDEN] == []


def test_no_file_is_too_long() -> None:
    lengths = {short(path): len(path.read_text().splitlines()) for path in modules()}
    for name, length in lengths.items():
        if length > WARN_LINES:
            warnings.warn(f"{name} has {length} lines; {FAIL_LINES} fail.", stacklevel=1)
    assert {name: length for name, length in lengths.items() if length > FAIL_LINES} == {}


def test_generated_pages_are_current() -> None:
    folder = PROJECT / "docs" / "reference"
    stale = [name for name, text in generate().items() if (folder / name).read_text() != text]
    assert stale == []


def test_every_decision_names_its_check() -> None:
    decisions = sorted((PROJECT / "docs" / "decisions").glob("[0-9]*.md"))
    assert decisions
    assert [path.name for path in decisions if "Held by:" not in path.read_text()] == []


def test_every_picture_with_colours_of_its_own_has_a_plate_of_its_own() -> None:
    """Where a person's own colours replace ours (forced colours), dark words of a picture were on black."""
    templates = (PROJECT / "portal").rglob("*.jinja")
    pictures = [(short(path), tag) for path in templates for tag in PICTURE.findall(path.read_text())]
    assert len(pictures) >= 5
    assert [name for name, tag in pictures if "#" in tag and "portal-chart" not in tag.partition(">")[0]] == []
