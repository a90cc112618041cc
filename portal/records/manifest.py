"""What a courier collects and delivers at a place, and where a movement is: by label codes, without a patient (J27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import NotFound
from portal.records.models import Bag, Holder, Label, Movement
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.reference import plain
from portal.records.states import ON_THE_ROAD
from portal.records.temporary_residents.scanned_bags import carried_by, waiting_at

MOST = 1_000  # bags of one list; what is more comes when these have been scanned
# Labels of bags that are ready where they come from, and of those that came to a practice by mistake or turned up at
# one: these go on with the same label.
WAITS_FOR_COURIER = Q(bag__state="ready", bag__part__holder=F("bag__movement__origin")) | (
    Q(bag__state__in=ON_THE_ROAD, bag__part__holder__kind="practice")
    & ~Q(bag__part__holder=F("bag__movement__destination"))
)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The codes of labels, oldest first: bags ready to be collected at a place, and bags on their way to it."""

    collect: list[str]
    deliver: list[str]


@dataclass(frozen=True, kw_only=True)
class BagStatus:
    """One bag: its number, the code of its label ('' before it has one), its state, and who holds what is in it."""

    number: int
    label: str
    state: str
    since: datetime
    held_by: str


@dataclass(frozen=True, kw_only=True)
class MovementStatus:
    """Where a movement is. No patient is in it."""

    reference: str
    state: str
    since: datetime
    expected_by: Any
    origin: str
    destination: str
    bags: list[BagStatus]


def manifest_of(actor: Actor, place: Holder, courier: Holder) -> Manifest:
    """What ``courier`` collects and delivers at ``place``. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    with system_scope():
        valid = Label.objects.filter(voided_at=None).order_by("bag__state_since", "id")
        collect = valid.filter(WAITS_FOR_COURIER, bag__part__holder=place)
        deliver = valid.filter(
            bag__movement__destination=place, bag__movement__ended_at=None, bag__part__holder=courier
        )
        brought = carried_by(courier) if place.kind == "hub" else []
        return Manifest(
            collect=[*collect.values_list("code", flat=True)[:MOST], *waiting_at(place)],
            deliver=[*deliver.values_list("code", flat=True)[:MOST], *brought],
        )


def status_of(actor: Actor, reference: str) -> MovementStatus:
    """The movement with this number. Raises NotFound and Refused."""
    actor.require(VIEW_ALL_RECORDS)
    with system_scope():
        movement = Movement.objects.select_related("origin", "destination").filter(reference=plain(reference)).first()
        if movement is None:
            raise NotFound("There is no movement with this number.")
        bags = list(Bag.objects.filter(movement=movement).select_related("part__holder").order_by("number"))
        labels = dict(Label.objects.filter(bag__in=bags, voided_at=None).values_list("bag_id", "code"))
    return MovementStatus(
        reference=movement.reference,
        state=movement.state,
        since=movement.state_since,
        expected_by=movement.expected_by,
        origin=movement.origin.code,
        destination=movement.destination.code,
        bags=[
            BagStatus(
                number=each.number,
                label=labels.get(each.pk, ""),
                state=each.state,
                since=each.state_since,
                held_by=each.part.holder.code,
            )
            for each in bags
        ],
    )
