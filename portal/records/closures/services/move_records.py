"""After the count: each record gets its movement, and what was not found is looked for; bit by bit (J18).

A practice has ten thousand records. The worker takes some of them in each transaction, so that nobody waits and a
failure loses no more than that; the pages show how far it has come.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import DomainError
from portal.foundation.workdays.calendar import working_calendar
from portal.records.closures.counting import progress_of, to_move, unseen
from portal.records.closures.events import INVENTORY_DONE, MOVEMENTS_MADE, NOT_FOUND_SOUGHT
from portal.records.closures.models import Inventory
from portal.records.closures.states import INVENTORY
from portal.records.models import Holder, PaperRecord, RecordPart
from portal.records.permissions import START_MOVEMENTS, WORK_RECORDS
from portal.records.places import holder_of, own_place
from portal.records.services.start_movement import StartMovement, start
from portal.records.states import RECORD_PART

AT_ONCE = 100  # records in one transaction
_BATCHES = 50  # of each site, each time that the worker comes


def move_everything() -> int:
    """Goes on with every site whose count has ended; returns how many records got a movement."""
    actor = system_actor("The portal", START_MOVEMENTS, WORK_RECORDS)
    with system_scope():
        waiting = list(Inventory.objects.filter(state="moving").order_by("closes_on").values_list("pk", flat=True))
    made = 0
    for inventory in waiting:
        for _ in range(_BATCHES):
            step = move_some(actor, inventory)
            made += step
            if not step:
                break
    return made


@service(START_MOVEMENTS)
def move_some(actor: Actor, inventory_id: int) -> int:
    """Does the next part of the work for one site; returns how many records it dealt with, 0 when nothing is left."""
    with system_scope():
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
    """What nobody saw is missing from now on."""
    chosen = unseen(inventory).values_list("pk", flat=True)[:AT_ONCE]
    parts = list(RecordPart.objects.select_for_update(of=("self",)).filter(pk__in=list(chosen)).order_by("id"))
    now = timezone.now()
    for part in parts:
        RECORD_PART.check(actor, part.state, "missing")
        part.state, part.state_since = "missing", now
    RecordPart.objects.bulk_update(parts, ["state", "state_since"])
    if parts:
        record(
            NOT_FOUND_SOUGHT,
            actor=actor,
            subject=inventory,
            organisation_id=inventory.organisation_id,
            number=len(parts),
        )
    return len(parts)


def _start_some(actor: Actor, inventory: Inventory) -> int:
    chosen = list(to_move(inventory).values_list("record_id", flat=True)[:AT_ONCE])
    records = PaperRecord.objects.filter(pk__in=set(chosen)).select_related("patient__registered_at").order_by("id")
    origin, made = holder_of(inventory.organisation), 0
    expected_by = day_before(inventory.closes_on)
    for each in records:
        command = StartMovement(
            record=each,
            origin=origin,
            destination=destination_of(each, inventory),
            reason="closure",
            expected_by=expected_by,
            only_found=True,
        )
        try:
            with transaction.atomic():
                start(actor, command)
        except DomainError:
            continue  # it has left, or is on another movement, since the list was read
        made += 1
    if made:
        record(MOVEMENTS_MADE, actor=actor, subject=inventory, organisation_id=inventory.organisation_id, number=made)
    return made


def destination_of(of: PaperRecord, inventory: Inventory) -> Holder:
    """Where a record belongs: the practice where the patient registered since, else the successor, else the store."""
    patient = of.patient
    home = patient.registered_at
    if patient.has_died or home is None:
        return own_place("store")
    if home.pk != inventory.organisation_id and home.status == "active":
        return holder_of(home)
    return holder_of(inventory.successor) if inventory.successor is not None else own_place("store")


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
