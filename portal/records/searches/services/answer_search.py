"""A place that was asked answers: the record is there, or it is not (J26).

Found, it moves on by itself: back into its movement where that place is one end of it, else by a new one from there.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.record import record_many
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.records.chain import HandOver, hand_over
from portal.records.locking import lock_movement
from portal.records.models import Bag, Holder, Movement
from portal.records.permissions import MOVE_RECORDS, SCAN_RECORDS, START_MOVEMENTS, WORK_RECORDS
from portal.records.registrations.following import movement_began
from portal.records.searches.events import SEARCH_ANSWERED
from portal.records.searches.models import SearchTask
from portal.records.searches.services.ask_holders import withdraw
from portal.records.searches.states import SEARCH
from portal.records.services.start_movement import StartMovement, start
from portal.records.states import SOUGHT
from portal.records.stepping import step_all

_HOW = "Found when it was searched for"


@dataclass(frozen=True, kw_only=True)
class AnswerSearch:
    """The command. ``where`` says where somebody looked, or where it lay; no patient in it."""

    reference: str
    is_found: bool
    where: str


@service(MOVE_RECORDS)
def answer_search(actor: Actor, command: AnswerSearch) -> Movement | None:
    """A practice answers what it was asked. As ``_answer``."""
    return _answer(actor, command)


@service(WORK_RECORDS)
def answer_search_for(actor: Actor, command: AnswerSearch) -> Movement | None:
    """The staff answer for a store, a hub or a courier, or for a practice that telephoned. As ``_answer``."""
    return _answer(actor, command)


def _answer(actor: Actor, command: AnswerSearch) -> Movement | None:
    """Keeps the answer. Found: returns the movement by which the record goes on; None when it is not there.

    Raises NotFound, InvalidInput without a word on where; Conflict once it was answered or is no longer sought.
    """
    where = command.where.strip()
    if not where:
        raise InvalidInput({"where": "Say where you looked."})
    found = SearchTask.objects.visible_to(actor).filter(reference=command.reference).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    with system_scope():  # the movement may be between two others
        movement, bag, task = _locked(found)
        wanted = "found" if command.is_found else "not_here"
        if task.state == "found" or task.state == wanted:
            raise Conflict("Somebody has answered this already.")
        if bag.state not in SOUGHT or task.state == "withdrawn":
            raise Conflict("This record is no longer sought. Thank you for looking.")
        SEARCH.check(actor, task.state, wanted)
        task.state, task.answered_at, task.answered_by_name, task.answer = wanted, timezone.now(), actor.name, where
        task.save(update_fields=["state", "answered_at", "answered_by_name", "answer"])
        record(
            SEARCH_ANSWERED,
            actor=actor,
            subject=movement,
            holder=task.holder.name,
            answer=where,
            state=task.state_label,
        )
        return found_at(actor, movement, bag, task.holder) if command.is_found else None


def found_at(actor: Actor, movement: Movement, bag: Bag, here: Holder) -> Movement:
    """The part of it that other services use: a bag that is looked for, locked with its movement, lies ``here``.

    Returns the movement by which it goes on. Nobody else need look any more.
    """
    withdraw(actor, movement, bag, f"It was found at {here.name}")
    return _go_on(actor, movement, bag, here)


def _locked(found: SearchTask) -> tuple[Movement, Bag, SearchTask]:
    """The movement first, as every service of records does; then the question."""
    bag = Bag.objects.select_related("movement").get(id=found.bag_id)
    movement, bags = lock_movement(_searcher(), bag.movement.reference)
    task = SearchTask.objects.select_for_update(of=("self",)).select_related("holder").get(id=found.id)
    return movement, next(each for each in bags if each.id == bag.id), task


def _searcher() -> Actor:
    """The search itself: whoever finds a record need not have the right to end somebody else's movement."""
    return system_actor("The search", WORK_RECORDS, START_MOVEMENTS, MOVE_RECORDS, SCAN_RECORDS)


def _go_on(actor: Actor, movement: Movement, bag: Bag, here: Holder) -> Movement:
    if bag.part.holder_id != here.id:
        change = HandOver(part=bag.part, to=here, at=timezone.now(), proof="confirmed", movement=movement, note=_HOW)
        hand_over(actor, change)
    if here.id == movement.destination_id:
        last = "in_storage" if here.kind == "practice" else "in_store"
        record_many(step_all(_searcher(), movement, [bag], last, _HOW))
        return movement
    if here.id == movement.origin_id:
        record_many(step_all(_searcher(), movement, [bag], "requested", _HOW))
        if bag.labels.filter(voided_at=None).exists():
            record_many(step_all(_searcher(), movement, [bag], "in_progress", "Its label is there already"))
        return movement
    return _from_elsewhere(movement, bag, here)


def _from_elsewhere(movement: Movement, bag: Bag, here: Holder) -> Movement:
    """It lies at neither end: its bag leaves the old movement, and it goes from there to where that went."""
    others = Bag.objects.filter(movement=movement).exclude(id=bag.id).exclude(state="cancelled")
    wanted = "" if others.exists() else movement.wanted_reference
    if wanted:  # what the registers want is carried out by the new movement, not given up with the old
        movement.wanted_reference = ""
        movement.save(update_fields=["wanted_reference"])
    record_many(step_all(_searcher(), movement, [bag], "cancelled", f"Found at {here.name}, and sent on from there"))
    onward = start(
        _searcher(),
        StartMovement(
            record=movement.record,
            origin=here,
            destination=movement.destination,
            reason="search",
            flags=tuple(movement.flags),
            urgent_reason=movement.urgent_reason,
            wanted_reference=wanted,
            follows=movement,
            parts=frozenset({bag.part_id}),
        ),
    )
    if wanted:
        movement_began(wanted, onward.reference)
    return onward
