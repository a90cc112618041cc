"""A movement that a plan made goes to where its patient is now, as long as nothing of it has left (J18, J26).

What the registers want is ended and begun anew when the patient registers elsewhere; what somebody asked for goes to
who asked. A closing practice's movements, and those from the store, go where the patient belongs: they follow, in
place, so that a search and its answers go on. So does what the registers want, once it is looked for.

Parts of services: they need a transaction, and whoever calls ``follow_patient`` has locked the patient after what is
under way of the record (``lock_patient``), as a scan does.
"""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, system_actor
from portal.foundation.audit import record
from portal.foundation.audit.record import record_many
from portal.records.closures.destinations import destination_from
from portal.records.events import LABEL_VOIDED, MOVEMENT_TURNED
from portal.records.locking import lock_movement
from portal.records.models import Bag, CustodyEvent, Holder, Label, Movement
from portal.records.permissions import START_MOVEMENTS, WORK_RECORDS
from portal.records.registrations.models import RegisteredPatient
from portal.records.services.settle_movement import end_before_leaving
from portal.records.states import BEFORE_LEAVING, SOUGHT
from portal.records.stepping import step_all

PLANNED = ("closure", "returning")
_MAY_TURN = (*BEFORE_LEAVING, *SOUGHT, "cancelled", "no_paper")
_BELONGS_HERE = "The record is where it belongs: a message of the registers said so before it left"


def follows(patient: RegisteredPatient) -> bool:
    """Whether something of the record is on a planned movement that has not left."""
    return any(has_not_left(each, list(each.bags.all())) for each in _planned(patient))


def follow_patient(patient: RegisteredPatient) -> int:
    """Turns what has not left to where the patient, saved, belongs now; how many movements. Records the events."""
    return sum(turn(movement, bags, _belongs_at(movement)) for movement, bags in not_left(patient))


def not_left(patient: RegisteredPatient) -> list[tuple[Movement, list[Bag]]]:
    """The planned movements of the record that have not left, locked with their bags and parts."""
    locked = [lock_movement(_registers(), each.reference) for each in _planned(patient)]
    return [(movement, bags) for movement, bags in locked if has_not_left(movement, bags)]


def _registers() -> Actor:
    """The registers themselves: whoever brought their message does not move the record."""
    return system_actor("The registers", START_MOVEMENTS, WORK_RECORDS)


def _planned(patient: RegisteredPatient) -> list[Movement]:
    open_ones = Movement.objects.filter(record__patient=patient, ended_at=None, wanted_reference="")
    return [each for each in open_ones.order_by("id") if _first_of(each).reason in PLANNED]


def _first_of(movement: Movement) -> Movement:
    """The movement that this one sends on, or itself: what was found elsewhere goes where the first one went."""
    while movement.follows is not None:
        movement = movement.follows
    return movement


def has_not_left(movement: Movement, bags: list[Bag]) -> bool:
    """Nobody took a bag of it away. What a walk through the store has labelled is as good as gone; and what was put
    together anew lies where this was sent, so that the original goes there.
    """
    may_turn = ("requested", *SOUGHT) if movement.origin.kind == "store" else _MAY_TURN
    if "reconstituted" in movement.flags or any(bag.state not in may_turn for bag in bags):
        return False
    return not CustodyEvent.objects.filter(movement=movement).exists()


def _belongs_at(movement: Movement) -> Holder:
    first = _first_of(movement)
    place = first.origin_organisation_id if first.reason == "closure" else movement.record.patient.registered_at_id
    return destination_from(movement.record, place)


def turn(movement: Movement, bags: list[Bag], to: Holder) -> bool:
    """Sends a movement that has not left, locked with its bags, to another place; whether that is another."""
    if to == movement.destination:
        return False
    if to == movement.origin:
        if all(bag.state not in SOUGHT for bag in bags):
            end_before_leaving(_registers(), movement.reference, _BELONGS_HERE)
        return False
    _void_labels(movement, bags, to)
    movement.destination, movement.destination_organisation_id = to, to.organisation_id
    movement.save(update_fields=["destination", "destination_organisation"])
    record(
        MOVEMENT_TURNED,
        actor=_registers(),
        subject=movement,
        organisation_id=to.organisation_id or movement.origin_organisation_id,
        destination=to.name,
    )
    return True


def _void_labels(movement: Movement, bags: list[Bag], to: Holder) -> None:
    """A label says where its bag goes: whoever sorts reads that. The bags wait for new ones."""
    why = f"The record goes to {to.name} now"
    labels = Label.objects.select_for_update().filter(bag__in=bags, voided_at=None).order_by("id")
    for label in labels:
        label.voided_at, label.void_reason = timezone.now(), why
        label.save(update_fields=["voided_at", "void_reason"])
        record(LABEL_VOIDED, actor=_registers(), subject=movement, label=label.code, reason=why)
    ready = [bag for bag in bags if bag.state == "ready"]
    record_many(step_all(_registers(), movement, ready, "in_progress", why))
