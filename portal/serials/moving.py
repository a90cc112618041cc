"""Moving numbers from one place to another: the one function through which a range changes (R4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from psycopg.types.range import Int8Range

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict
from portal.serials.formats import shown
from portal.serials.models import SerialMove, SerialRange
from portal.serials.numbers import bounds_of, size_of
from portal.serials.states import SERIAL_RANGE
from portal.supplies.models import CatalogueItem


@dataclass(frozen=True, kw_only=True)
class Move:
    """Which numbers go where. ``source`` are conditions on the rows they must be in now, such as ``{"store": store}``.

    ``place`` are the columns of the new place; those it does not name keep their value. ``where`` says it in words.
    """

    item: CatalogueItem
    serials: Int8Range
    target: str
    where: str
    source: dict[str, Any]
    place: dict[str, Any]
    note: str = ""


def move_serials(actor: Actor, move: Move) -> list[SerialRange]:
    """Moves every one of the numbers, or none; returns their new rows, in order. In the caller's transaction.

    Rows are locked in the order of their numbers. A row of which only a part moves is split: the rest stays what it
    was. Raises Conflict when a number is not known, not where the move begins, or cannot take this step.
    """
    rows = list(
        SerialRange.objects.select_for_update(of=("self",)).holding(move.item.id, move.serials)  # type: ignore[attr-defined]
    )
    _check(actor, move, rows)
    moved = [_take_out(row, _common(row.serials, move.serials)) for row in rows]
    now = timezone.now()
    for row in moved:
        source = row.state
        row.state, row.since = move.target, now
        if move.target != "issued":
            row.prescriber = None
        for column, value in move.place.items():
            setattr(row, column, value)
        row.save()
        SerialMove.objects.create(
            item=move.item,
            serials=row.serials,
            source=source,
            target=move.target,
            where=move.where,
            organisation=row.organisation,
            happened_at=now,
            by_name=actor.name,
            note=move.note,
        )
    return moved


def _check(actor: Actor, move: Move, rows: list[SerialRange]) -> None:
    found = sum(size_of(_common(row.serials, move.serials)) for row in rows)
    if found != size_of(move.serials):
        raise Conflict(f"The register does not know all of {shown(move.item.code, move.serials)}. Look at them again.")
    for row in rows:
        if any(getattr(row, column) != value for column, value in move.source.items()):
            raise Conflict(f"{shown(move.item.code, row.serials)}: {row.state_label.lower()}, and not here.")
        SERIAL_RANGE.check(actor, row.state, move.target)


def _common(one: Int8Range, other: Int8Range) -> Int8Range:
    """The numbers that both have; the caller knows that there are some."""
    (first, end), (other_first, other_end) = bounds_of(one), bounds_of(other)
    return Int8Range(max(first, other_first), min(end, other_end))


def _take_out(row: SerialRange, inside: Int8Range) -> SerialRange:
    """The row of just these numbers: the rest of the locked row goes on in rows of its own."""
    whole = row.serials
    if inside == whole:
        return row
    row.serials = inside
    row.save(update_fields=["serials"])
    (first, end), (inside_first, inside_end) = bounds_of(whole), bounds_of(inside)
    for lower, upper in ((first, inside_first), (inside_end, end)):
        if lower < upper:
            SerialRange.objects.create(
                receipt_id=row.receipt_id,
                item_id=row.item_id,
                serials=Int8Range(lower, upper),
                state=row.state,
                since=row.since,
                store_id=row.store_id,
                consignment_id=row.consignment_id,
                box_id=row.box_id,
                organisation_id=row.organisation_id,
                held_by=row.held_by,
                case_reference=row.case_reference,
                prescriber_id=row.prescriber_id,
            )
    return row
