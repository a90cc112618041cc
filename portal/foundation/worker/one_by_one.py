"""A task that does something to many rows: one over which it breaks down does not hold up the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import transaction

_Row = TypeVar("_Row")
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
        try:
            with transaction.atomic():
                do(row)
        except Exception as error:
            _LOG.exception("one of several failed: %s", name(row))
            failed.append(f"{name(row)} ({type(error).__name__})")
    if failed:
        raise SomeFailed(f"{len(failed)} of {done} failed: {', '.join(failed)}")
