"""What the place that has a record does before the courier comes: labels, bags, ready for collection (J9, J10)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.record import record_many
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.records.events import BAG_ADDED, LABEL_VOIDED, LABELS_MADE
from portal.records.locking import lock_movement
from portal.records.models import Bag, Label, Movement
from portal.records.permissions import MOVE_RECORDS
from portal.records.services.enter_record import add_part
from portal.records.states import BEFORE_LEAVING
from portal.records.stepping import step_all

MOST_BAGS = 9


@service(MOVE_RECORDS)
def make_labels(actor: Actor, movement_reference: str) -> list[Label]:
    """Makes the labels of all bags that have none that counts, and returns all that count, in order.

    Again without a change when all have one: a print-out may be lost. Raises NotFound, and Conflict once the record
    has left.
    """
    movement, bags = _here(actor, movement_reference)
    counting = {each.bag_id: each for each in Label.objects.filter(bag__in=bags, voided_at=None)}
    missing = [bag for bag in bags if bag.id not in counting]
    made = Label.objects.bulk_create(Label(bag=bag, made_by_name=actor.name) for bag in missing)
    counting |= {each.bag_id: each for each in made}
    record_many(step_all(actor, movement, [bag for bag in bags if bag.state == "requested"], "in_progress", "Label"))
    record(LABELS_MADE, actor=actor, subject=movement, number=len(made))
    for each in counting.values():
        each.bag = next(bag for bag in bags if bag.id == each.bag_id)
    return [counting[bag.id] for bag in bags]


@service(MOVE_RECORDS)
def replace_label(actor: Actor, code: str, why: str) -> Label:
    """Makes a label void, and another in its place. Raises NotFound, InvalidInput without a reason, Conflict."""
    if not why.strip():
        raise InvalidInput({"why": "Say why the label cannot be used."})
    found = Label.objects.visible_to(actor).filter(code=code).select_related("bag__movement").first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    movement, _ = _here(actor, found.bag.movement.reference)
    label: Label = Label.objects.select_for_update().get(id=found.id)
    if label.voided_at is not None:
        raise Conflict("This label is void already.")
    label.voided_at, label.void_reason = timezone.now(), why.strip()
    label.save(update_fields=["voided_at", "void_reason"])
    record(LABEL_VOIDED, actor=actor, subject=movement, label=label.code, reason=label.void_reason)
    return Label.objects.create(bag=found.bag, made_by_name=actor.name)


@service(MOVE_RECORDS)
def add_bag(actor: Actor, movement_reference: str) -> Bag:
    """One more bag, because the record does not fit in those there are. Raises NotFound, Conflict."""
    movement, bags = _here(actor, movement_reference)
    if len(bags) >= MOST_BAGS:
        raise Conflict(f"A movement has at most {MOST_BAGS} bags. Call the operator about this record.")
    with system_scope():  # the new part becomes the practice's only with its first link
        number = max(movement.record.parts.values_list("number", flat=True)) + 1
        part = add_part(actor, movement.record, number, movement.origin, how="A further bag for the same record")
        bag = Bag.objects.create(movement=movement, part=part, number=len(bags) + 1)
        record_many(step_all(actor, movement, [], "requested", ""))
    record(BAG_ADDED, actor=actor, subject=movement, bag=bag.number)
    return bag


@service(MOVE_RECORDS)
def mark_ready(actor: Actor, movement_reference: str) -> Movement:
    """All its bags wait for the courier. Raises NotFound; Conflict without labels, or once it has left."""
    movement, bags = _here(actor, movement_reference)
    labelled = set(Label.objects.filter(bag__in=bags, voided_at=None).values_list("bag_id", flat=True))
    if any(bag.id not in labelled for bag in bags):
        raise Conflict("Print the labels first: the courier takes no bag without one.")
    waiting = [bag for bag in bags if bag.state != "ready"]
    if not waiting:
        raise Conflict("It is marked as ready already.")
    record_many(step_all(actor, movement, waiting, "ready", "Bagged and labelled"))
    return movement


def _here(actor: Actor, reference: str) -> tuple[Movement, list[Bag]]:
    """A movement from the actor's own site that has not left. Raises NotFound, Conflict."""
    movement, bags = lock_movement(actor, reference)
    if actor.audience == "contractor" and movement.origin_organisation_id != actor.organisation_id:
        raise Conflict("This record is sent by another site, so only they can prepare it.")
    if any(bag.state not in BEFORE_LEAVING for bag in bags):
        raise Conflict(f"This record is {movement.state_label.lower()}: nothing about its bags can be changed here.")
    return movement, bags
