"""What is to be done first, and where: for a page on which one app lets another have a say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What is known or to be done first, and the page where it is done: it may be another app's."""

    sentence: str
    link_text: str
    address: str
