"""Counting queries as the benchmarks do: without BEGIN, COMMIT and the savepoints that only tests have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# The last one is how conftest.py gives a test its row scope back after a request.
_OF_TESTS_ONLY = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT SET_CONFIG(")


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collects the SQL that is sent inside."""
    sent: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if not sql.upper().startswith(_OF_TESTS_ONLY):
            sent.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(count):
        yield sent
