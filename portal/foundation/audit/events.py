"""The register of everything that can happen. Each app declares its own in ``events.py``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventType:
    """One kind of event.

    ``sentence`` is shown on timelines and may use ``{actor}``, ``{subject}`` and the payload's fields.
    ``fields`` are the exact keys of the payload: a missing or an extra one is an error.
    ``public`` events are shown to contractors; others only to staff.
    """

    code: str
    sentence: str
    fields: frozenset[str]
    public: bool = True


REGISTER: dict[str, EventType] = {}


def event_type(code: str, sentence: str, *, fields: tuple[str, ...] = (), public: bool = True) -> EventType:
    """Declares an event type. Raises ValueError when the code is taken."""
    if code in REGISTER:
        raise ValueError(f"The event type {code} is declared twice.")
    REGISTER[code] = EventType(code, sentence, frozenset(fields), public)
    return REGISTER[code]
