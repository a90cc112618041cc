"""Starting a movement, whatever the reason: a registration, a request, a wrong delivery (J9, J10, J28)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.organisations.models import Organisation
from portal.records.events import MOVEMENT_STARTED
from portal.records.models import Bag, Holder, Movement, PaperRecord, RecordPart
from portal.records.models.movement import FLAGS, REASONS
from portal.records.permissions import START_MOVEMENTS
from portal.records.policy import records_policy
from portal.records.states import FINAL


@dataclass(frozen=True, kw_only=True)
class StartMovement:
    """The command. The parts of ``record`` that ``origin`` has go to ``destination``.

    ``expected_by`` is a day before which it must be there, if the usual durations would take longer. ``parts`` are the
    ids of those that go; None for all that the origin has.
    """

    record: PaperRecord
    origin: Holder
    destination: Holder
    reason: str
    flags: tuple[str, ...] = field(default=())
    urgent_reason: str = ""
    asked_by: Organisation | None = None
    wanted_reference: str = ""
    follows: Movement | None = None
    expected_by: date | None = None
    parts: frozenset[int] | None = None


@service(START_MOVEMENTS)
def start_movement(actor: Actor, command: StartMovement) -> Movement:
    """Starts a movement of what the origin has of a record. Raises Conflict and InvalidInput as ``start`` does."""
    return start(actor, command)


def start(actor: Actor, command: StartMovement) -> Movement:
    """The part of it that other services use: they have checked who may ask. Records the event.

    Locks the parts. Raises Conflict when the origin has none of them, or one is on a movement already;
    InvalidInput for a reason or flag that is not in the tables.
    """
    if command.reason not in REASONS or not set(command.flags) <= set(FLAGS):
        raise InvalidInput({"reason": "Choose the reason from the list."})
    if command.origin == command.destination:
        raise InvalidInput({None: "The record is there already."})
    there = RecordPart.objects.select_for_update(of=("self",)).filter(record=command.record, holder=command.origin)
    if command.parts is not None:
        there = there.filter(pk__in=command.parts)
    parts = list(there.exclude(state="destroyed").order_by("number"))
    if not parts:
        raise Conflict(f"{command.origin.name} does not have this record, so it cannot send it.")
    if Bag.objects.filter(part__in=parts).exclude(state__in=FINAL).exists():
        raise Conflict("This record is on its way already. Follow that movement, or ask for it to be cancelled first.")
    movement = Movement.objects.create(
        record=command.record,
        origin=command.origin,
        destination=command.destination,
        origin_organisation_id=command.origin.organisation_id,
        destination_organisation_id=command.destination.organisation_id,
        reason=command.reason,
        flags=list(command.flags),
        is_urgent=bool(command.urgent_reason),
        urgent_reason=command.urgent_reason,
        asked_by_name=actor.name,
        asked_by_organisation=command.asked_by,
        expected_by=_expected_by(command),
        wanted_reference=command.wanted_reference,
        follows=command.follows,
    )
    Bag.objects.bulk_create(
        Bag(movement=movement, part=part, number=number) for number, part in enumerate(parts, start=1)
    )
    record(
        MOVEMENT_STARTED,
        actor=actor,
        subject=movement,
        organisation_id=command.destination.organisation_id or command.origin.organisation_id,
        origin=command.origin.name,
        destination=command.destination.name,
        reason=REASONS[command.reason],
    )
    return movement


def _expected_by(command: StartMovement) -> date:
    usual = records_policy().clock.expected_by(timezone.localdate(), urgent=bool(command.urgent_reason))
    return usual if command.expected_by is None else min(usual, command.expected_by)
