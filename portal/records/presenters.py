"""Strings and pictures for the pages of records: no query, no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from portal.foundation.web.filters import day
from portal.records.models import Bag, Movement, PaperRecord
from portal.records.models.movement import FLAGS, REASONS
from portal.records.registrations.models import RegisteredPatient
from portal.records.selectors import days_late
from portal.records.states import FINAL

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
    return patient_of(movement.record)


def patient_of(record: PaperRecord) -> PatientShown:
    """The patient of a record; a sealed one is not named."""
    if record.is_sealed:
        return PatientShown(name=_HIDDEN, number="", born_on=None)
    patient: RegisteredPatient = record.patient
    name = " ".join(part for part in (patient.names.title(), patient.family_name.upper()) if part)
    return PatientShown(name=name, number=spaced(patient.nhs_number or patient.old_number), born_on=patient.born_on)


def marks_of(movement: Movement) -> list[str]:
    """The marks of a movement in short words."""
    return [_FLAG_TAGS[flag] for flag in movement.flags]


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
        marks=marks_of(movement),
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


def movement_facts(movement: Movement, known_before: Iterable[RegisteredPatient] = ()) -> list[dict[str, Any]]:
    """The rows of the summary; ``known_before`` are patients who turned out to be this one."""
    patient = patient_shown(movement)
    rows: list[dict[str, Any]] = [
        {"key": "Patient", "value": patient.name},
        {"key": "NHS number", "value": patient.number},
        *_earlier_numbers(movement, known_before),
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


def _earlier_numbers(movement: Movement, known_before: Iterable[RegisteredPatient]) -> list[dict[str, Any]]:
    """What may stand on the envelope instead. Nothing of a sealed record."""
    numbers = [] if movement.record.is_sealed else [spaced(each.nhs_number) for each in known_before if each.nhs_number]
    note = "This number was replaced. It may stand on the envelope: it is the same patient."
    return [{"key": "NHS number before", "value": [*numbers, note]}] if numbers else []


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
    """The bags, with what the selector loaded for them.

    One whose journey has ended stays where that ended: who has the record since is no business of its former practice.
    """
    shown = []
    for bag in bags:
        has_ended = bag.state in FINAL
        stayed = bag.movement.destination if bag.state in ("in_storage", "in_store") else bag.movement.origin
        label = next(iter(bag.labels.all()), None)
        shown.append(
            BagShown(
                number=bag.number,
                state=bag.state_label,
                colour=bag.state_colour,
                holder=stayed.name if has_ended else bag.part.holder.name,
                since=bag.state_since if has_ended else bag.part.since,
                label=label.code if label else "",
                made_at=label.made_at if label else None,
            )
        )
    return shown
