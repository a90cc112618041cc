"""Taking out of the store what is wanted elsewhere: a walk that one person claims, and a scan for each bag (J26)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.audit.record import record_many
from portal.foundation.bulk_writing import write_changes
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.records.events import BAG_RETRIEVED, LABELS_MADE, RETRIEVAL_ENDED, RETRIEVAL_STARTED
from portal.records.locking import lock_movement, lock_movements
from portal.records.models import Bag, Holder, Label, Movement, RecordPart, Retrieval, RetrievalWave
from portal.records.models.retrieval import RETRIEVAL_OUTCOMES
from portal.records.permissions import WORK_RECORDS
from portal.records.reference import plain
from portal.records.services.settle_movement import mark_missing
from portal.records.services.shelve_bags import parts_with_codes
from portal.records.services.take_scans import Scanned, take
from portal.records.states import BEFORE_LEAVING
from portal.records.stepping import BAG_FIELDS, MOVEMENT_FIELDS, PART_FIELDS, Step, derive, take_steps
from portal.records.store_selectors import wanted_bags

MOST_BAGS = 40  # what one person carries on one walk
NO_SHELF = "Not on a shelf yet"


@dataclass(frozen=True, kw_only=True)
class TakenOut:
    """The command: ``code`` is on the bag in the hand, ``label`` on the new label that is to be stuck on it."""

    wave: str
    code: str
    label: str


@service(WORK_RECORDS)
def start_wave(actor: Actor, store_code: str) -> RetrievalWave:
    """Claims the next bags in the order of the shelves, and makes their labels. Raises NotFound for the store.

    Raises Conflict when nothing is left for this walk. Movements are locked first, so that of two people who begin at
    once the second finds the bags claimed.
    """
    store = Holder.objects.filter(code=store_code, kind="store").first()
    if store is None:
        raise NotFound("We do not know this store.")
    bags = _claimable(actor, store)
    if not bags:
        raise Conflict("Nothing is left to take out. Somebody else may be on the way. Look at the list again.")
    wave = RetrievalWave.objects.create(store=store, started_by_user_id=actor.user_id, started_by_name=actor.name)
    Retrieval.objects.bulk_create(
        Retrieval(wave=wave, bag=bag, place=bag.part.box.where if bag.part.box else NO_SHELF) for bag in bags
    )
    _label(actor, bags)
    record(RETRIEVAL_STARTED, actor=actor, subject=wave, number=len(bags))
    return wave


@service(WORK_RECORDS)
def confirm_taken(actor: Actor, command: TakenOut) -> Retrieval:
    """The bag is out of its box, has its new label, and is ready for the courier.

    Raises NotFound; InvalidInput when the code is not on this list, or the label is another bag's (H1); Conflict when
    the record is no longer wanted.
    """
    retrieval = _retrieval_of_code(actor, command.wave, command.code)
    movement, bags = lock_movement(actor, retrieval.bag.movement.reference)
    retrieval = _locked(retrieval)
    bag = next(each for each in bags if each.pk == retrieval.bag_id)
    if bag.state not in BEFORE_LEAVING:
        raise Conflict(f"This record is no longer to be taken out: {bag.state_label.lower()}. Put it back in its box.")
    label = Label.objects.filter(bag=bag, voided_at=None).first()
    if label is None or label.code != plain(command.label):
        raise InvalidInput({"label": "This label is for another bag. Do not stick it on. Find the right one."})
    older = Label.objects.filter(bag__part=bag.part_id).exclude(pk=label.pk).exists()
    if older and plain(command.code) == label.code:
        raise InvalidInput({"code": "Scan the older code on the bag, so that two codes say that it is the right one."})
    _leave_box(bag.part)
    key = f"out-{command.wave}-{bag.pk}"
    at = timezone.now()
    [answer] = take(actor, [Scanned(key=key, kind="bagged", code=label.code, place=movement.origin, at=at)])
    if answer.discrepancies:
        raise Conflict("This bag is not where it was thought to be. Put it aside, and scan it under Scan bags.")
    return _end(actor, retrieval, bag, "taken")


@service(WORK_RECORDS)
def say_not_found(actor: Actor, wave_reference: str, movement_reference: str, bag_number: int, why: str) -> Retrieval:
    """The bag is not where it should be: from now on it is missing, and looked for. Raises NotFound, InvalidInput."""
    found = _open_retrievals(actor, wave_reference)
    retrieval = found.filter(bag__movement__reference=movement_reference, bag__number=bag_number).first()
    if retrieval is None:
        raise NotFound("This bag is not on the list, or somebody has said what became of it.")
    place = retrieval.place
    mark_missing(actor, movement_reference, bag_number, f"Not in the store at {place}. {why.strip()}".strip())
    retrieval = _locked(retrieval)
    _leave_box(RecordPart.objects.get(pk=retrieval.bag.part_id))
    return _end(actor, retrieval, retrieval.bag, "not_found")


@service(WORK_RECORDS)
def end_wave(actor: Actor, reference: str) -> RetrievalWave:
    """The walk is over: what was not taken can be claimed again. Raises NotFound; Conflict when it had ended."""
    # The bags first, then the walk: as whoever confirms the last bag does.
    left = Retrieval.objects.filter(wave__reference=reference, outcome="").select_for_update().order_by("id")
    ids = list(left.values_list("id", flat=True))
    wave = RetrievalWave.objects.visible_to(actor).select_for_update().filter(reference=reference).first()  # type: ignore[attr-defined]
    if wave is None:
        raise NotFound
    if wave.ended_at is not None:
        raise Conflict("This walk has ended already.")
    wave.ended_at = timezone.now()
    wave.save(update_fields=["ended_at"])
    rest = Retrieval.objects.filter(pk__in=ids, outcome="")
    number = rest.update(outcome="given_back", ended_at=wave.ended_at, ended_by_name=actor.name)
    record(RETRIEVAL_ENDED, actor=actor, subject=wave, number=number)
    return wave  # type: ignore[no-any-return]


def _claimable(actor: Actor, store: Holder) -> list[Bag]:
    """The next bags that nobody has claimed, locked with their movements and parts, in the order of the walk."""
    seen = list(wanted_bags(actor).filter(movement__origin=store)[:MOST_BAGS])
    lock_movements({bag.movement_id for bag in seen})  # two walks that begin at once meet here
    bags = {bag.pk: bag for bag in wanted_bags(actor).filter(pk__in=[bag.pk for bag in seen])}
    wanted = [bags[bag.pk] for bag in seen if bag.pk in bags]
    locked = _locked_parts(wanted)
    for bag in wanted:
        bag.part = locked[bag.part_id]
    return [bag for bag in wanted if bag.part.holder_id == store.pk]


def _locked_parts(bags: list[Bag]) -> dict[int, RecordPart]:
    """The parts of the bags, locked after them, by their ids."""
    list(Bag.objects.select_for_update().filter(pk__in=[bag.pk for bag in bags]).order_by("id").values_list("id"))
    parts = RecordPart.objects.select_for_update(of=("self",)).filter(pk__in=[bag.part_id for bag in bags])
    return {part.pk: part for part in parts.order_by("id").select_related("box__shelf__building", "holder")}


def _label(actor: Actor, bags: list[Bag]) -> None:
    """A new label for each bag that has none that counts, and the step that goes with it."""
    labelled = set(Label.objects.filter(bag__in=bags, voided_at=None).values_list("bag_id", flat=True))
    Label.objects.bulk_create(
        Label(bag=bag, made_by_name=actor.name) for bag in bags if bag.pk not in labelled
    )  # fmt: skip
    starting = [bag for bag in bags if bag.state == "requested"]
    events = take_steps(actor, [Step(bag=bag, state="in_progress", how="Label") for bag in starting])
    write_changes(Bag, starting, BAG_FIELDS)
    write_changes(RecordPart, [bag.part for bag in starting], PART_FIELDS)
    states: dict[int, list[str]] = {}
    for movement_id, state in Bag.objects.filter(movement__in={bag.movement_id for bag in bags}).values_list(
        "movement_id", "state"
    ):
        states.setdefault(movement_id, []).append(state)
    movements = {bag.movement_id: bag.movement for bag in bags}
    changed = [each for each in movements.values() if derive(each, states[each.pk])]
    write_changes(Movement, changed, MOVEMENT_FIELDS)
    record_many(events)
    for movement in movements.values():
        number = sum(bag.movement_id == movement.pk and bag.pk not in labelled for bag in bags)
        if number:
            record(LABELS_MADE, actor=actor, subject=movement, number=number)


def _open_retrievals(actor: Actor, wave: str) -> QuerySet[Retrieval]:
    found = Retrieval.objects.visible_to(actor).filter(wave__reference=wave, wave__ended_at=None, outcome="")  # type: ignore[attr-defined]
    return found.select_related("bag__movement", "wave")  # type: ignore[no-any-return]


def _retrieval_of_code(actor: Actor, wave: str, code: str) -> Retrieval:
    part = parts_with_codes([code]).get(code)
    if part is None:
        raise InvalidInput({"code": "No bag has this code. Scan it again."})
    found = _open_retrievals(actor, wave).filter(bag__part=part).first()
    if found is None:
        raise InvalidInput({"code": "This bag is not on the list. Put it back where it was."})
    return found


def _locked(retrieval: Retrieval) -> Retrieval:
    """The same row, locked after the bag. Raises Conflict when somebody was quicker."""
    locked = Retrieval.objects.select_for_update(of=("self",)).select_related("bag__movement", "wave")
    again: Retrieval = locked.get(pk=retrieval.pk)
    if again.outcome:
        raise Conflict(
            f"{again.ended_by_name} has said what became of it: {RETRIEVAL_OUTCOMES[again.outcome].lower()}."
        )
    return again


def _leave_box(part: RecordPart) -> None:
    part.box = None
    part.save(update_fields=["box"])


def _end(actor: Actor, retrieval: Retrieval, bag: Bag, outcome: str) -> Retrieval:
    retrieval.outcome, retrieval.ended_at, retrieval.ended_by_name = outcome, timezone.now(), actor.name
    retrieval.save(update_fields=["outcome", "ended_at", "ended_by_name"])
    wave = RetrievalWave.objects.select_for_update().get(pk=retrieval.wave_id)  # two last bags wait for each other
    if wave.ended_at is None and not Retrieval.objects.filter(wave=wave, outcome="").exists():
        wave.ended_at = timezone.now()
        wave.save(update_fields=["ended_at"])
    said = RETRIEVAL_OUTCOMES[outcome]
    movement = bag.movement.reference
    record(BAG_RETRIEVED, actor=actor, subject=retrieval.wave, bag=bag.number, movement=movement, outcome=said)
    return retrieval
