"""A task that does something to many rows: one over which it breaks down does not hold up the others.

A database that is away is no row's fault: the task ends there, and its next run begins anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

_Row = TypeVar("_Row")
_Result = TypeVar("_Result")
_LOG = logging.getLogger(__name__)


class SomeFailed(Exception):
    """Some rows of a run failed, and all others were done. The operator sees it; the next run comes at its time."""


def one_by_one(rows: Iterable[_Row], do: Callable[[_Row], object], *, name: Callable[[_Row], str] = str) -> None:
    """Does each in a transaction of its own, and all of them, whatever becomes of one.

    What failed is logged with its trace under ``name``, and tried again at the next run. Raises SomeFailed at the end
    when there was any: the name and the kind of error only, because its message may quote anything.
    """
    failed: list[str] = []
    done = 0
    for row in rows:
        done += 1
        _try_one(row, do, name, failed)
    _say(failed, done)


def some_at_once(
    rows: Iterable[_Row], do: Callable[[Sequence[_Row]], int], *, size: int, name: Callable[[_Row], str] = str
) -> int:
    """Does ``size`` of them in a transaction; returns what ``do`` returned, added up.

    Of those whose transaction broke down each is done by itself. Raises SomeFailed at the end, as ``one_by_one``.
    """
    failed: list[str] = []
    done = result = 0
    left = iter(rows)
    while some := list(islice(left, size)):
        done += len(some)
        try:
            with transaction.atomic():
                result += do(some)
        except Exception as trouble:
            _end_when_away(trouble)
            _LOG.exception("some at once failed, and are done one by one")
            for row in some:
                result += _try_one(row, lambda one: do([one]), name, failed) or 0
    _say(failed, done)
    return result


def one_after_another(**parts: Callable[[], object]) -> None:
    """Does each part of a task, whatever becomes of another, in transactions that they open themselves.

    Raises SomeFailed at the end with what each that failed has said; a part that broke down as a whole is named.
    """
    said: list[str] = []
    for name, part in parts.items():
        try:
            part()
        except SomeFailed as some:
            said.append(str(some))
        except Exception as error:
            _end_when_away(error)
            _LOG.exception("a part of a task failed: %s", name)
            said.append(f"{name} ({type(error).__name__})")
    if said:
        raise SomeFailed("; ".join(said))


def _try_one(
    row: _Row, do: Callable[[_Row], _Result], name: Callable[[_Row], str], failed: list[str]
) -> _Result | None:
    """What ``do`` returned; None for a row that it broke down over, which is then among ``failed``."""
    try:
        with transaction.atomic():
            return do(row)
    except Exception as error:
        _end_when_away(error)
        _LOG.exception("one of several failed: %s", name(row))
        failed.append(f"{name(row)} ({type(error).__name__})")
        return None


def _end_when_away(error: Exception) -> None:
    """Goes on with another connection where one broke. Raises OperationalError when the database does not answer."""
    if isinstance(error, (OperationalError, InterfaceError)):
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()


def _say(failed: list[str], done: int) -> None:
    if failed:
        raise SomeFailed(f"{len(failed)} of {done} failed: {', '.join(failed)}")
