"""Where apps that stand above casework have a say: before a case is answered, closed or joined to another."""

from __future__ import annotations

from collections.abc import Callable

from portal.casework.models import Case
from portal.foundation.web.next_step import NextStep

BeforeSettling = Callable[[Case], NextStep | None]

SETTLED: list[BeforeSettling] = []


def before_settling(function: BeforeSettling) -> BeforeSettling:
    """Says what is still to be done before the case may be settled; None when nothing is."""
    SETTLED.append(function)
    return function


def first_to_do(case: Case) -> NextStep | None:
    """The first thing that is to be done before the case may be settled; None when nothing is."""
    return next((todo for condition in SETTLED if (todo := condition(case))), None)
