"""The steps of a timeline picture, as a presenter gives them to ``facts.timeline``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

StepState = Literal["done", "current", "future", "stopped"]
_LABELS: dict[str, tuple[str, str]] = {
    "done": ("Done", "green"),
    "current": ("Now", "blue"),
    "future": ("To come", "grey"),
    "stopped": ("Stopped", "red"),
}


@dataclass(frozen=True, kw_only=True)
class TimelineStep:
    """One step. ``who`` is who did it or has it; ``note`` what the reader should know or do.

    The state is shown in words as well as by a mark, so that colour alone never says it (WCAG 1.4.1).
    """

    title: str
    state: StepState
    happened_at: datetime | None = None
    expected_on: date | None = None
    who: str = ""
    note: str = ""

    @property
    def state_label(self) -> str:
        """The state in a word."""
        return _LABELS[self.state][0]

    @property
    def colour(self) -> str:
        """The tag's colour."""
        return _LABELS[self.state][1]
