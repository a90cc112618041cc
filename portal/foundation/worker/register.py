"""What runs by itself: each app declares its own in ``tasks.py``.

    @periodic("casework.send_reminders", every=timedelta(minutes=5))
    def send_reminders() -> None:
        \"\"\"Reminds whoever has something to do.\"\"\"

A task has an interval and no hour of the day: what must happen at nine on a working day looks at the clock
itself, so that a worker that was away catches up. It must bear being run twice, because a worker may die
after its work and before it could say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.utils.module_loading import autodiscover_modules

SHORTEST = timedelta(seconds=1)
_Function = TypeVar("_Function", bound=Callable[[], object])
_CODE = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)+")


@dataclass(frozen=True)
class Task:
    """One function and how often it runs. ``sentence`` is the first line of its docstring."""

    code: str
    every: timedelta
    run: Callable[[], object]

    @property
    def sentence(self) -> str:
        """What it does, for the operator's list."""
        return (self.run.__doc__ or "").strip().partition("\n")[0]


REGISTER: dict[str, Task] = {}


def periodic(code: str, *, every: timedelta) -> Callable[[_Function], _Function]:
    """Registers the function it decorates under ``code``: the app, a dot, a verb and what it is done to.

    Raises ValueError when the code is taken or not of that form, or the interval is below a second.
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not a task's code: write app.verb_noun.")
    if every < SHORTEST:
        raise ValueError(f"The task {code} must not run more often than every second.")

    def register(function: _Function) -> _Function:
        if code in REGISTER:
            raise ValueError(f"The task {code} is declared twice.")
        REGISTER[code] = Task(code, every, function)
        return function

    return register


def all_tasks() -> dict[str, Task]:
    """Every declared task by its code. Finds the apps' declarations on the first call."""
    autodiscover_modules("tasks")
    return dict(sorted(REGISTER.items()))
