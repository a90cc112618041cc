"""Every answer of the service has a help page, a journey and a row in docs/faq.md, and what the row names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from portal.home.help_pages import help_pages

_ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\| (F\d+) \| [^|]+ \| (J[^|]+) \| ([a-z-]+) \| ([\w.]+)::(\w+) \|$", re.M)


def _rows() -> list[tuple[str, str, str, str, str]]:
    return _ROW.findall((_ROOT / "docs" / "faq.md").read_text())


def test_every_answer_has_one_row() -> None:
    assert [row[0] for row in _rows()] == [f"F{number}" for number in range(1, 21)]


def test_each_help_page_says_that_it_answers_it() -> None:
    for code, _, slug, _, _ in _rows():
        page = _ROOT / "portal" / "home" / "help" / f"{slug}.md"
        answers = re.search(r"^answers: (.*)$", page.read_text(), re.M)
        assert slug in help_pages() and answers is not None and code in re.split(r"[, ]+", answers[1]), (code, slug)


def test_each_journey_exists_and_names_its_answer() -> None:
    for code, _, _, file, name in _rows():
        tree = ast.parse((_ROOT / "tests" / "journeys" / file).read_text())
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name in functions, (code, file, name)
        assert code.lower() in name.split("_"), (code, name)
