"""Looking for one number: the same for staff and for a site, which sees only its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from portal.foundation.access import Actor
from portal.foundation.web.timeline import TimelineStep
from portal.serials.format_values import format_words, rule_words
from portal.serials.formats import Formats
from portal.serials.models import SerialMove
from portal.serials.numbers import NotASerial, serial_policy
from portal.serials.register import FoundNumber, find_number, numbered_items


def search(actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """What the search part of a page shows: what was typed, the answer, or the sentence that says what is wrong."""
    item, number = query.get("item", ""), query.get("number", "").strip()
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
        "files_of_number": [_address(actor, kind) for kind in ("csv", "xlsx")],
        "unknown": bool(number) and found is None and not fault,
        "taken_in_as": "" if found is None else _taken_in_as(found),
        "shown": Formats().shown,
    }


def _address(actor: Actor, kind: str) -> str:
    if actor.audience == "contractor":
        return reverse(f"serials:number_{kind}", kwargs={"code": actor.organisation_code})
    return reverse(f"staff_serials:number_{kind}")


def _taken_in_as(found: FoundNumber) -> str:
    """By which rule the number was read when it came in; it is read so ever after."""
    rule = found.row.receipt.rule
    return format_words(serial_policy().format_of(found.row.item.code)) if rule is None else rule_words(rule)


def _step(move: SerialMove) -> TimelineStep:
    note = f"{move.where}. {move.note}" if move.note else move.where
    return TimelineStep(
        title=move.target_label, state="done", happened_at=move.happened_at, who=move.by_name, note=note
    )
