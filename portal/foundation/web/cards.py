"""A small fact with a link, which a feature offers to a dashboard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Card:
    """``value`` is a number or a short word; ``hint`` says what to do about it; ``needs_action`` cards come first."""

    title: str
    value: str
    address: str
    hint: str = ""
    needs_action: bool = False
