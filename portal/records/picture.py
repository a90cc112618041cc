"""The way of a movement as a picture: each step, when it was reached, and who has the bags now (J9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from portal.foundation.audit.models import AuditEvent
from portal.foundation.web.timeline import TimelineStep
from portal.records.events import MOVEMENT_STEPPED, MOVEMENT_TURNED
from portal.records.models import Movement
from portal.records.models.movement import REASONS
from portal.records.states import FINAL, MOVEMENT, SOUGHT

_WAY = ("requested", "in_progress", "ready", "collected", "in_transit", "delivered")
_TITLES = {
    "requested": "Asked for",
    "in_progress": "Label made",
    "ready": "Bagged, ready for the courier",
    "collected": "Collected",
    "in_transit": "On the way through the hub",
    "delivered": "Delivered",
    "in_storage": "In storage at GP practice",
    "in_store": "In the store",
}
_NEXT = {
    "requested": "{origin} finds the record and makes the label.",
    "in_progress": "{origin} compares the record with the label and bags it.",
    "ready": "The courier collects it on the next visit.",
    "collected": "The courier takes it to the hub.",
    "in_transit": "The courier takes it to {destination}.",
    "delivered": "{destination} compares the envelope with the label, and confirms.",
    "missing": "The operator looks for it, and asks everybody who had it.",
    "lost": "The operator puts the record together anew. If the original turns up, the two are joined.",
}


def next_step(movement: Movement) -> str:
    """What moves it on, and who does that; '' when it has ended."""
    sentence = _NEXT.get(movement.state, "")
    return sentence.format(origin=movement.origin.name, destination=movement.destination.name)


def picture_of(movement: Movement) -> list[TimelineStep]:
    """The way of a movement as steps: done, now, to come. One query, beside what ``movement_with`` has read."""
    happened = AuditEvent.objects.about("movement", movement.reference)  # type: ignore[attr-defined]
    told = list(happened.filter(type__in=(MOVEMENT_STEPPED.code, MOVEMENT_TURNED.code)).order_by("id"))
    if movement.state in (*SOUGHT, "cancelled", "no_paper"):
        return [
            *_asked(movement, told),
            TimelineStep(
                title=movement.state_label,
                state="stopped" if movement.state in SOUGHT else "done",
                happened_at=movement.state_since,
                who=MOVEMENT.states[movement.state].holder,
                note=movement.end_note or next_step(movement),
            ),
        ]
    last = "in_store" if movement.destination.kind == "store" else "in_storage"
    way = (*_WAY, last)
    here = way.index(movement.state) if movement.state in way else len(way) - 1
    reached = _reached(movement, told)
    steps = [_step(movement, code, position - here, reached) for position, code in enumerate(way) if position]
    return [*_asked(movement, told), *steps]


def _asked(movement: Movement, told: Sequence[AuditEvent]) -> list[TimelineStep]:
    """How it began, and where it was turned to since."""
    is_here = movement.state == "requested"
    asked = TimelineStep(
        title=_TITLES["requested"],
        state="current" if is_here else "done",
        happened_at=movement.asked_at,
        who=movement.asked_by_name,
        note=next_step(movement) if is_here else REASONS[movement.reason] + ".",
    )
    turned = next((each for each in reversed(told) if each.type == MOVEMENT_TURNED.code), None)
    if turned is None:
        return [asked]
    title, note = f"Goes to {turned.payload['destination']} now", "By the registers it belongs there. It had not left."
    return [
        replace(asked, state="done"),
        TimelineStep(title=title, state=asked.state, happened_at=turned.occurred_at, who=turned.actor_name, note=note),
    ]


def _step(movement: Movement, code: str, distance: int, reached: dict[str, datetime]) -> TimelineStep:
    if distance < 0:
        return TimelineStep(title=_TITLES[code], state="done", happened_at=reached.get(code))
    if distance > 0:
        expected = movement.expected_by if code == "delivered" else None
        return TimelineStep(title=_TITLES[code], state="future", expected_on=expected)
    done = code in FINAL
    return TimelineStep(
        title=_TITLES[code],
        state="done" if done else "current",
        happened_at=reached.get(code, movement.state_since),
        who=_who_has(movement) or MOVEMENT.states[code].holder,
        note=next_step(movement),
    )


def _reached(movement: Movement, told: Sequence[AuditEvent]) -> dict[str, datetime]:
    """When the last of the bags reached each state.

    By the chain of custody where it tells, since that counts from the scan; else by when the portal was told.
    """
    codes = {state.label: code for code, state in MOVEMENT.states.items()}
    stepped = (each for each in told if each.type == MOVEMENT_STEPPED.code)
    reached = {codes[each.payload["state"]]: each.occurred_at for each in stepped}
    scanned: dict[str, datetime] = {}
    for link in movement.custody.all():  # the oldest first
        if link.to_holder_id == movement.destination_id:
            scanned["delivered"] = link.happened_at
        elif link.to_holder.kind == "hub":
            scanned["in_transit"] = link.happened_at
        elif link.from_holder_id == movement.origin_id:  # not the courier who takes it on from the hub
            scanned["collected"] = link.happened_at
    return reached | {code: at for code, at in scanned.items() if code in reached}


def _who_has(movement: Movement) -> str:
    """Everybody who has a bag of it now."""
    return ", ".join(sorted({bag.part.holder.name for bag in movement.bags.all() if bag.state not in FINAL}))
