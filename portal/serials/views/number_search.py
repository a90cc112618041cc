"""Looking for one number: the same for staff and for a site, which sees only its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.foundation.access import Actor
from portal.foundation.web.timeline import TimelineStep
from portal.serials.models import SerialMove
from portal.serials.numbers import NotASerial, shown
from portal.serials.register import FoundNumber, find_number, numbered_items


def search(actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """What the search part of a page shows: what was typed, the answer, or the sentence that says what is wrong."""
    item, number = query.get("item", ""), query.get("number", "").replace("\x00", "").strip()
    found: FoundNumber | None = None
    fault = ""
    if number:
        try:
            found = find_number(actor, item, number)
        except NotASerial as error:
            fault = str(error)
    return {
        "items": list(numbered_items()),
        "item": item,
        "number": number,
        "fault": fault,
        "found": found,
        "way": [] if found is None else [_step(move) for move in found.moves],
        "unknown": bool(number) and found is None and not fault,
        "shown": shown,
    }


def _step(move: SerialMove) -> TimelineStep:
    note = f"{move.where}. {move.note}" if move.note else move.where
    return TimelineStep(
        title=move.target_label, state="done", happened_at=move.happened_at, who=move.by_name, note=note
    )
