"""Asking everybody who had a missing record, and telling them when it is no longer sought (J26).

Both follow the states of bags, wherever those were set: by a scan, a practice, the staff or the clock.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.worker import one_after_another, one_by_one
from portal.records.locking import bag_name, lock_bag
from portal.records.models import Bag, CustodyEvent, Discrepancy, Holder, Movement
from portal.records.permissions import WORK_RECORDS
from portal.records.policy import records_policy
from portal.records.searches.events import HOLDERS_ASKED, SEARCHES_WITHDRAWN
from portal.records.searches.messages import asked_to_look
from portal.records.searches.models import SearchTask
from portal.records.searches.places import places_that_may_have
from portal.records.states import SOUGHT

_AT_ONCE = 500


def follow_searches() -> None:
    """What the worker does: asks about each bag that went missing, and withdraws questions about those found."""
    actor = system_actor("The search", WORK_RECORDS)
    with system_scope():
        one_after_another(
            asking=lambda: one_by_one(_not_asked_about(), lambda bag: ask_holders(actor, *bag), name=bag_name),
            withdrawing=lambda: one_by_one(
                _no_longer_sought(), lambda bag: withdraw_searches(actor, *bag), name=bag_name
            ),
        )


@service(WORK_RECORDS)
def ask_holders(actor: Actor, movement_reference: str, bag_number: int) -> int:
    """Asks everybody who had the bag's part or may have it (``places_that_may_have``); how many were asked.

    Nobody is asked twice about the same bag. Raises NotFound.
    """
    movement, bag = lock_bag(actor, movement_reference, bag_number)
    if bag is None or bag.state not in SOUGHT:
        nothing_changed()
        return 0
    tasks = ask(actor, movement, bag, said=_said_already(bag))
    if not tasks:
        nothing_changed()
    asked_to_look(tasks)
    return len(tasks)


def ask(actor: Actor, movement: Movement, bag: Bag, *, said: dict[str, Any]) -> list[SearchTask]:
    """The part of it that other services use: the questions that wait for an answer. The movement is locked.

    ``said`` is what the sender has answered already; {} asks it, too. The caller sends the e-mails (``asked_to_look``).
    """
    had = dict(
        CustodyEvent.objects.filter(part_id=bag.part_id)
        .values_list("to_holder_id")
        .annotate(last=Max("happened_at"))
        .values_list("to_holder_id", "last")
    )
    asked = set(SearchTask.objects.filter(bag=bag).values_list("holder_id", flat=True))
    due_on = working_calendar().add(timezone.localdate(), records_policy().clock.missing_after)
    wanted = places_that_may_have(movement, bag, set(had)) - asked
    tasks = [
        SearchTask(
            part_id=bag.part_id,
            bag=bag,
            holder=holder,
            organisation_id=holder.organisation_id,
            last_had_at=had.get(holder.id),
            due_on=due_on,
            **(said if holder.id == movement.origin_id else {}),
        )
        for holder in Holder.objects.filter(id__in=wanted).select_related("organisation").order_by("id")
    ]
    if not tasks:
        return []
    SearchTask.objects.bulk_create(tasks)
    asked_now = [task for task in tasks if task.state == "asked"]
    record(HOLDERS_ASKED, actor=actor, subject=movement, number=len(asked_now), bag=bag.number)
    return asked_now


def _said_already(bag: Bag) -> dict[str, Any]:
    """The answer of a sender who has just said that it never held the record: it is not asked again."""
    said = Discrepancy.objects.filter(bag=bag, kind="never_held").order_by("-id").first()
    if said is None:
        return {}
    return {
        "state": "not_here",
        "answered_at": said.found_at,
        "answered_by_name": bag.movement.origin.name,
        "answer": said.detail,
    }


@service(WORK_RECORDS)
def withdraw_searches(actor: Actor, movement_reference: str, bag_number: int) -> int:
    """Tells those who were asked and did not answer that it is no longer sought; how many. Raises NotFound."""
    movement, bag = lock_bag(actor, movement_reference, bag_number)
    if bag is None or bag.state in SOUGHT:
        nothing_changed()
        return 0
    number = withdraw(actor, movement, bag, f"The record is no longer sought: {bag.state_label.lower()}")
    if not number:
        nothing_changed()
    return number


def withdraw(actor: Actor, movement: Movement, bag: Bag, why: str) -> int:
    """The part of it that other services use; the movement is locked. Records the event when anybody was asked."""
    number = SearchTask.objects.filter(bag=bag, state="asked").update(
        state="withdrawn", answered_at=timezone.now(), answered_by_name=actor.name, answer=why
    )
    if number:
        record(SEARCHES_WITHDRAWN, actor=actor, subject=movement, number=number, why=why)
    return number


def _not_asked_about() -> list[tuple[str, int]]:
    """Nobody was, or not the place to which the record goes since its patient registered there."""
    asked = SearchTask.objects.filter(bag=OuterRef("pk"), holder=OuterRef("movement__destination"))
    bags = Bag.objects.filter(~Exists(asked), state__in=SOUGHT).order_by("id")
    return list(bags.values_list("movement__reference", "number")[:_AT_ONCE])


def _no_longer_sought() -> list[tuple[str, int]]:
    tasks = SearchTask.objects.filter(state="asked").exclude(bag__state__in=SOUGHT).order_by("bag_id")
    return list(tasks.values_list("bag__movement__reference", "bag__number").distinct()[:_AT_ONCE])
