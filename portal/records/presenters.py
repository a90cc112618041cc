"""Strings and pictures for the pages of records: no query, no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from portal.foundation.web.filters import day
from portal.foundation.web.timeline import TimelineStep
from portal.records.models import Bag, Movement
from portal.records.models.movement import FLAGS, REASONS
from portal.records.registrations.models import RegisteredPatient
from portal.records.selectors import days_late
from portal.records.states import FINAL, MOVEMENT, SOUGHT

_FLAG_TAGS = {
    "home_nation": "Home nation",
    "digitised": "Digitised",
    "no_paper": "No paper",
    "gp2gp_failed": "GP2GP failed",
    "reconstituted": "Reconstituted",
}
_HIDDEN = "Protected identity"


def spaced(number: str) -> str:
    """999 123 4567."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number


@dataclass(frozen=True, kw_only=True)
class PatientShown:
    """Who a record is about, as somebody may read it who may see the movement."""

    name: str
    number: str
    born_on: date | None


def patient_shown(movement: Movement) -> PatientShown:
    """The patient of a movement; a sealed one is not named."""
    patient: RegisteredPatient = movement.record.patient
    if movement.record.is_sealed:
        return PatientShown(name=_HIDDEN, number="", born_on=None)
    name = " ".join(part for part in (patient.names.title(), patient.family_name.upper()) if part)
    return PatientShown(name=name, number=spaced(patient.nhs_number or patient.old_number), born_on=patient.born_on)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One movement in a list."""

    reference: str
    patient: PatientShown
    other: str
    state: str
    colour: str
    since: datetime
    expected_by: date
    late_days: int
    is_urgent: bool
    marks: list[str]
    ended: bool


def rows_of(movements: Iterable[Movement], side: str) -> list[Row]:
    """The rows of Records In or Records Out."""
    return [_row(each, side) for each in movements]


def _row(movement: Movement, side: str) -> Row:
    other = movement.origin if side == "in" else movement.destination
    return Row(
        reference=movement.reference,
        patient=patient_shown(movement),
        other=f"{other.name} ({other.code})" if other.kind == "practice" else other.name,
        state=movement.state_label,
        colour=movement.state_colour,
        since=movement.state_since,
        expected_by=movement.expected_by,
        late_days=days_late(movement),
        is_urgent=movement.is_urgent,
        marks=[_FLAG_TAGS[flag] for flag in movement.flags],
        ended=movement.ended_at is not None,
    )


EXPORT_HEADS = (
    "Movement", "NHS number", "Name", "Date of birth", "From", "To", "State", "Since", "Expected by", "Urgent", "Marks",
)  # fmt: skip


def export_rows(movements: Iterable[Movement]) -> Iterator[tuple[Any, ...]]:
    """The same as a file, row by row."""
    for each in movements:
        patient = patient_shown(each)
        yield (
            each.reference, patient.number, patient.name, patient.born_on, each.origin.name, each.destination.name,
            each.state_label, localdate(each.state_since), each.expected_by, "yes" if each.is_urgent else "",
            ", ".join(_FLAG_TAGS[flag] for flag in each.flags),
        )  # fmt: skip


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
    """The way of a movement as steps: done, now, to come (J9)."""
    if movement.state in (*SOUGHT, "cancelled", "no_paper"):
        return [
            _asked(movement),
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
    steps = [_step(movement, code, position - here) for position, code in enumerate(way) if position]
    return [_asked(movement), *steps]


def _asked(movement: Movement) -> TimelineStep:
    is_here = movement.state == "requested"
    return TimelineStep(
        title=_TITLES["requested"],
        state="current" if is_here else "done",
        happened_at=movement.asked_at,
        who=movement.asked_by_name,
        note=next_step(movement) if is_here else REASONS[movement.reason] + ".",
    )


def _step(movement: Movement, code: str, distance: int) -> TimelineStep:
    if distance < 0:
        return TimelineStep(title=_TITLES[code], state="done")
    if distance > 0:
        expected = movement.expected_by if code == "delivered" else None
        return TimelineStep(title=_TITLES[code], state="future", expected_on=expected)
    done = code in FINAL
    return TimelineStep(
        title=_TITLES[code],
        state="done" if done else "current",
        happened_at=movement.state_since,
        who=MOVEMENT.states[code].holder,
        note=next_step(movement),
    )


def movement_facts(movement: Movement) -> list[dict[str, Any]]:
    """The rows of the summary."""
    patient = patient_shown(movement)
    rows: list[dict[str, Any]] = [
        {"key": "Patient", "value": patient.name},
        {"key": "NHS number", "value": patient.number},
        {"key": "Date of birth", "value": day(patient.born_on)},
        {"key": "From", "value": f"{movement.origin.name} ({movement.origin.code})"},
        {"key": "To", "value": f"{movement.destination.name} ({movement.destination.code})"},
        {"key": "Why", "value": REASONS[movement.reason]},
        {"key": "Expected by", "value": day(movement.expected_by)},
    ]
    if movement.is_urgent:
        rows.append({"key": "Urgent because", "value": movement.urgent_reason})
    rows += [{"key": _FLAG_TAGS[flag], "value": FLAGS[flag]} for flag in movement.flags]
    return rows


@dataclass(frozen=True, kw_only=True)
class BagShown:
    """One bag of a movement: where it is, since when, and its label."""

    number: int
    state: str
    colour: str
    holder: str
    since: datetime
    label: str
    made_at: datetime | None


def bags_shown(bags: Iterable[Bag]) -> list[BagShown]:
    """The bags, with what the selector loaded for them."""
    shown = []
    for bag in bags:
        label = next(iter(bag.labels.all()), None)
        shown.append(
            BagShown(
                number=bag.number,
                state=bag.state_label,
                colour=bag.state_colour,
                holder=bag.part.holder.name,
                since=bag.part.since,
                label=label.code if label else "",
                made_at=label.made_at if label else None,
            )
        )
    return shown
