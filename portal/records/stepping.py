"""Moving bags from state to state, and their movements and parts with them: the one place where a state is set.

Parts of services: the rows are locked by the caller, and all of it is in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.audit.record import build_event
from portal.records.events import MOVEMENT_STEPPED
from portal.records.models import Bag, Movement
from portal.records.states import FINAL, MOVEMENT, RECORD_PART, SOUGHT, state_of_movement


@dataclass(frozen=True, kw_only=True)
class Step:
    """A bag is to take this step. ``how`` says in words what led to it, for the timeline; no patient in it."""

    bag: Bag
    state: str
    how: str


def take_steps(actor: Actor, steps: Iterable[Step], *, now: datetime | None = None) -> list[AuditEvent]:
    """Sets the states of bags and parts, unsaved, and returns the events, unwritten; ``derive`` comes after.

    Raises Conflict for a step that the table does not have, and Refused for one that the actor may not take.
    """
    now = now or timezone.now()
    events = []
    for step in steps:
        bag = step.bag
        MOVEMENT.check(actor, bag.state, step.state)
        bag.state, bag.state_since = step.state, now
        _follow(actor, bag, now)
        events.append(
            build_event(
                MOVEMENT_STEPPED,
                actor=actor,
                subject=bag.movement,
                bag=bag.number,
                state=MOVEMENT.states[step.state].label,
                how=step.how,
            )
        )
    return events


def _follow(actor: Actor, bag: Bag, now: datetime) -> None:
    """A part is looked for while its bag is, and accounted for when it is found."""
    wanted = bag.state if bag.state in SOUGHT else "kept"
    part = bag.part
    if bag.state == "cancelled" and part.state in SOUGHT:
        return  # the journey is over, the search is not
    if part.state not in (wanted, "destroyed"):
        RECORD_PART.check(actor, part.state, wanted)
        part.state, part.state_since = wanted, now


def derive(movement: Movement, states: list[str], *, now: datetime | None = None) -> bool:
    """Sets the state of a movement from those of all its bags, unsaved; whether anything changed."""
    state = state_of_movement(states)
    if state == movement.state:
        return False
    now = now or timezone.now()
    movement.state, movement.state_since = state, now
    movement.ended_at = now if state in FINAL else None
    return True


MOVEMENT_FIELDS = ("state", "state_since", "ended_at")
BAG_FIELDS = ("state", "state_since")
PART_FIELDS = ("state", "state_since")


def step_all(actor: Actor, movement: Movement, bags: list[Bag], state: str, how: str) -> list[AuditEvent]:
    """Takes all of ``bags``, which are locked bags of ``movement``, to ``state`` and saves everything.

    Returns the events, unwritten. Raises as ``take_steps``.
    """
    now = timezone.now()
    events = take_steps(actor, [Step(bag=bag, state=state, how=how) for bag in bags], now=now)
    for bag in bags:
        bag.part.save(update_fields=PART_FIELDS)
        bag.save(update_fields=BAG_FIELDS)
    states = list(Bag.objects.filter(movement=movement).values_list("state", flat=True))
    if derive(movement, states, now=now):
        movement.save(update_fields=MOVEMENT_FIELDS)
        tell_registers([movement])
    return events


def tell_registers(movements: Iterable[Movement]) -> None:
    """Lets the registers follow those of the movements, saved, that have ended: the record may be wanted elsewhere."""
    from portal.records.registrations.moving import follow_ended  # it starts movements, which take steps

    for movement in movements:
        if movement.ended_at is not None:
            follow_ended(movement)
