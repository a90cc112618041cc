"""After the count: each record gets its movement, and what was not found is looked for; bit by bit (J18).

A practice has ten thousand records. The worker takes some of them in each transaction, so that nobody waits and a
failure loses no more than that; the pages show how far it has come.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.record import record_many
from portal.foundation.errors import DomainError
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.worker import one_after_another
from portal.records.closures.counting import progress_of, to_move, to_search
from portal.records.closures.destinations import destination_of
from portal.records.closures.events import INVENTORY_DONE, MOVEMENTS_MADE, NOT_FOUND_SOUGHT
from portal.records.closures.models import Inventory
from portal.records.closures.services.expect_listed import expect_more
from portal.records.closures.states import INVENTORY
from portal.records.events import PART_SOUGHT
from portal.records.models import Movement, PaperRecord, RecordPart
from portal.records.permissions import START_MOVEMENTS, WORK_RECORDS
from portal.records.places import holder_of
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.succession import hold_numbers
from portal.records.searches.messages import asked_to_look
from portal.records.searches.models import SearchTask
from portal.records.searches.services.ask_holders import ask
from portal.records.services.start_movement import StartMovement, start
from portal.records.stepping import step_all

AT_ONCE = 100  # records in one transaction
_BATCHES = 50  # of each site, each time that the worker comes
_NOT_FOUND = "Not found when the site counted its records"


def move_everything() -> int:
    """Goes on with every site that counts or has counted; returns how many records it dealt with.

    A site over which it breaks down holds up no other.
    """
    with system_scope():
        waiting = Inventory.objects.under_way().values_list("pk", "state", "organisation__code")  # type: ignore[attr-defined]
        sites = list(waiting)
    made: list[int] = []
    one_after_another(**{f"{code} {pk}": partial(_go_on, pk, state, made) for pk, state, code in sites})
    return sum(made)


def _go_on(inventory_id: int, state: str, made: list[int]) -> None:
    actor = system_actor("The portal", START_MOVEMENTS, WORK_RECORDS)
    for _ in range(_BATCHES):
        counting = state == "counting"
        step = expect_more(actor, inventory_id, most=AT_ONCE) if counting else move_some(actor, inventory_id)
        made.append(step)
        if not step:
            break


@service(START_MOVEMENTS)
def move_some(actor: Actor, inventory_id: int) -> int:
    """Does the next part of the work for one site; returns how many records it dealt with, 0 when nothing is left."""
    with system_scope():
        hold_numbers(alone=False)  # nobody joins two patients while records of theirs begin to move
        inventory = Inventory.objects.select_for_update(of=("self",)).select_related("organisation", "successor")
        found: Inventory | None = inventory.filter(pk=inventory_id, state="moving").first()
        if found is None:
            nothing_changed()
            return 0
        done = _look_for_unseen(actor, found) or _start_some(actor, found)
        if not done and _is_over(found):
            _finish(actor, found)
            return 0
        if not done:
            nothing_changed()
        return done


def _look_for_unseen(actor: Actor, inventory: Inventory) -> int:
    """What nobody saw gets a movement, whose bags are missing from the start: the search follows it as any other."""
    asked: list[SearchTask] = []
    movements = _start(actor, inventory, list(to_search(inventory)[:AT_ONCE]))
    for movement in movements:
        bags = list(movement.bags.select_related("part"))
        for bag in bags:
            bag.movement = movement
            record(PART_SOUGHT, actor=actor, subject=movement, bag=bag.number, why=_NOT_FOUND)
        record_many(step_all(actor, movement, bags, "missing", _NOT_FOUND))
        for bag in bags:
            asked += ask(actor, movement, bag, said=_said_by(inventory))
    asked_to_look(asked)
    if movements:
        record(
            NOT_FOUND_SOUGHT,
            actor=actor,
            subject=inventory,
            organisation_id=inventory.organisation_id,
            number=len(movements),
        )
    return len(movements)


def _said_by(inventory: Inventory) -> dict[str, Any]:
    """The site has just looked everywhere: that is its answer."""
    return {
        "state": "not_here",
        "answered_at": inventory.state_since,
        "answered_by_name": inventory.counted_by_name,
        "answer": _NOT_FOUND,
    }


def _start_some(actor: Actor, inventory: Inventory) -> int:
    made = len(_start(actor, inventory, list(to_move(inventory)[:AT_ONCE])))
    if made:
        record(MOVEMENTS_MADE, actor=actor, subject=inventory, organisation_id=inventory.organisation_id, number=made)
    return made


def _start(actor: Actor, inventory: Inventory, parts: list[RecordPart]) -> list[Movement]:
    """One movement for each record that these are parts of."""
    of: dict[int, set[int]] = {}
    for part in parts:
        of.setdefault(part.record_id, set()).add(part.pk)
    # Where a patient is may not change until the movement is there to follow.
    patients = RegisteredPatient.objects.select_for_update(of=("self",)).filter(paper_record__in=of)
    list(patients.order_by("id").values_list("pk"))
    records = PaperRecord.objects.filter(pk__in=of).select_related("patient__registered_at").order_by("id")
    origin, expected_by = holder_of(inventory.organisation), day_before(inventory.closes_on)
    started = []
    for each in records:
        command = StartMovement(
            record=each,
            origin=origin,
            destination=destination_of(each, inventory),
            reason="closure",
            expected_by=expected_by,
            parts=frozenset(of[each.pk]),
        )
        try:
            with transaction.atomic():
                started.append(start(actor, command))
        except DomainError:
            continue  # it has left, or is on another movement, since the list was read
    return started


def day_before(closes_on: date) -> date:
    """The last working day before a site closes; today when that is past."""
    day, calendar = closes_on - timedelta(days=1), working_calendar()
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return max(day, timezone.localdate())


def _is_over(inventory: Inventory) -> bool:
    """Nothing is there any more. Until it closes, what is looked for may still turn up there and be ticked off."""
    progress = progress_of(inventory)
    may_turn_up = progress.sought and timezone.localdate() <= inventory.closes_on
    return not progress.still_there and not may_turn_up


def _finish(actor: Actor, inventory: Inventory) -> None:
    INVENTORY.check(actor, inventory.state, "done")
    inventory.state, inventory.state_since = "done", timezone.now()
    inventory.save(update_fields=["state", "state_since"])
    record(INVENTORY_DONE, actor=actor, subject=inventory, organisation_id=inventory.organisation_id)
