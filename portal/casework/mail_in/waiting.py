"""One e-mail in a box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """Its bytes (LARGEST + 1 of them at most), and how to mark it: as read, or as one for a person to look at.

    Marking comes after the commit. A worker that dies between the two leaves it to be read again, which does nothing.
    """

    name: str
    raw: bytes
    mark_read: Callable[[], None]
    mark_for_a_person: Callable[[], None]
