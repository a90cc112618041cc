"""Every task of the worker says what it does and how often, and none waits for an hour of the day."""

from __future__ import annotations

import ast
from datetime import timedelta

from portal.foundation.worker.register import SHORTEST, all_tasks
from tests.meta.source import production_modules, short, tree_of

# Words of a clock on the wall. A task is told its interval; what belongs to working hours asks the calendar.
WALL_CLOCK = {"hour", "minute", "at", "cron", "time", "crontab"}


def _declarations() -> list[tuple[str, ast.FunctionDef, ast.Call]]:
    return [
        (short(path), node, decorator)
        for path in production_modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "periodic"
    ]


def test_tasks_are_declared_where_they_are_looked_for() -> None:
    elsewhere = [where for where, _, _ in _declarations() if not where.endswith("/tasks.py")]
    assert elsewhere == []
    assert len(_declarations()) == len(all_tasks())


def test_every_task_has_a_code_of_its_own_that_begins_with_its_app() -> None:
    codes = [(where, decorator.args[0].value) for where, _, decorator in _declarations()]  # type: ignore[attr-defined]
    assert len({code for _, code in codes}) == len(codes)
    assert [(where, code) for where, code in codes if code.split(".")[0] not in where.split("/")] == []


def test_every_task_says_what_it_does_and_takes_no_argument() -> None:
    assert [where for where, function, _ in _declarations() if not ast.get_docstring(function)] == []
    assert [where for where, function, _ in _declarations() if ast.unparse(function.args)] == []


def test_every_task_has_an_interval_of_a_second_to_a_day() -> None:
    assert [code for code, task in all_tasks().items() if not SHORTEST <= task.every <= timedelta(days=1)] == []


def test_no_task_waits_for_an_hour_of_the_day() -> None:
    for where, _, decorator in _declarations():
        assert {keyword.arg for keyword in decorator.keywords} == {"every"}, where
        assert {word.arg for word in ast.walk(decorator) if isinstance(word, ast.keyword)} & WALL_CLOCK == set(), where
