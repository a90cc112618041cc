"""More bags for a movement that nobody has bagged yet. Parts of services: they record the event (J26)."""

from __future__ import annotations

from portal.foundation.access import Actor
from portal.foundation.audit import record
from portal.foundation.audit.record import record_many
from portal.records.events import BAG_ADDED
from portal.records.locking import lock_movement
from portal.records.models import Bag, Label, Movement, RecordPart
from portal.records.services.prepare_movement import MOST_BAGS
from portal.records.services.settle_movement import end_before_leaving
from portal.records.services.start_movement import StartMovement
from portal.records.states import FINAL
from portal.records.stepping import step_all

_TAKES_MORE = ("requested", "in_progress")


def add_to_movement(actor: Actor, command: StartMovement) -> bool:
    """Adds the parts that ``command`` names to a movement of the same way that takes more; whether there is one."""
    same_way = Movement.objects.filter(
        record=command.record, origin=command.origin, destination=command.destination, state__in=_TAKES_MORE
    )
    for reference in same_way.order_by("id").values_list("reference", flat=True):
        movement, bags = lock_movement(actor, reference)
        here = RecordPart.objects.select_for_update(of=("self",)).filter(record=command.record, holder=command.origin)
        under_way = Bag.objects.filter(part__record=command.record).exclude(state__in=FINAL).values("part")
        parts = list(here.filter(id__in=command.parts or (), state="kept").exclude(id__in=under_way).order_by("number"))
        if parts and _has_room(movement, bags, len(parts)):
            _add(actor, movement, bags, parts)
            return True
    return False


def fold_movement(actor: Actor, one: Movement, other: Movement) -> bool:
    """The bags of ``other`` go with ``one``, the same way for the same reason; whether they could.

    They cannot when a label of ``other`` was made, since it may be on an envelope, or ``one`` is bagged.
    """
    into, bags = lock_movement(actor, one.reference)
    ended, its = lock_movement(actor, other.reference)
    was_begun = Label.objects.filter(bag__in=its).exists() or any(bag.state != "requested" for bag in its)
    if was_begun or not _has_room(into, bags, len(its)):
        return False
    end_before_leaving(actor, ended.reference, f"Its bags go with movement {into.reference}: both are one patient's")
    into.flags = sorted({*into.flags, *ended.flags})
    into.expected_by = min(into.expected_by, ended.expected_by)
    if ended.is_urgent and not into.is_urgent:
        into.is_urgent, into.urgent_reason = True, ended.urgent_reason
    into.save(update_fields=["flags", "expected_by", "is_urgent", "urgent_reason"])
    _add(actor, into, bags, [bag.part for bag in its])
    return True


def _has_room(movement: Movement, bags: list[Bag], more: int) -> bool:
    return movement.state in _TAKES_MORE and len(bags) + more <= MOST_BAGS


def _add(actor: Actor, movement: Movement, bags: list[Bag], parts: list[RecordPart]) -> None:
    first = max(bag.number for bag in bags) + 1
    for number, part in enumerate(parts, start=first):
        Bag.objects.create(movement=movement, part=part, number=number)
        record(BAG_ADDED, actor=actor, subject=movement, bag=number)
    record_many(step_all(actor, movement, [], "requested", ""))
