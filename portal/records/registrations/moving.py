"""From what the registers want to movements of paper: begun, undone and followed in the same transaction (J28).

Parts of services: they need a transaction and leave the event of the registration to it.
"""

from __future__ import annotations

from django.db.models import QuerySet

from portal.foundation.access import Actor, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.worker import one_by_one
from portal.records.locking import lock_movement, lock_movements
from portal.records.models import Bag, Holder, Movement, PaperRecord, RecordPart
from portal.records.permissions import START_MOVEMENTS
from portal.records.places import holder_of, own_place
from portal.records.registrations.following import movement_arrived, movement_began, movement_given_up
from portal.records.registrations.models import RegisteredPatient, WantedMovement
from portal.records.registrations.succession import hold_numbers
from portal.records.services.enter_record import EnterRecord, enter
from portal.records.services.settle_movement import end_before_leaving
from portal.records.services.start_movement import StartMovement, start
from portal.records.states import BEFORE_LEAVING, FINAL, SOUGHT
from portal.records.turning import has_not_left, turn

_REASONS = {"recalled_death": "death", "recalled": "left"}


def _registers() -> Actor:
    """The registers themselves: whoever brought their message does not move the record."""
    return system_actor("The registers", START_MOVEMENTS)


def begin(wanted: WantedMovement) -> Movement | None:
    """Starts the movement that the registers want, from whoever has the record; None while it cannot begin.

    It cannot while the record is on another movement; the nightly join tries again (``begin_waiting``). Custody is
    believed before the registers: they say where the record should be, the chain says where it is.
    """
    record, origin = _record_of(wanted)
    destination = holder_of(wanted.destination) if wanted.destination is not None else own_place("store")
    if Bag.objects.filter(part__record=record).exclude(state__in=FINAL).exists():
        return None
    if origin == destination:
        movement_arrived(wanted.reference)
        return None
    movement = start(
        _registers(),
        StartMovement(
            record=record,
            origin=origin,
            destination=destination,
            reason=_reason(wanted, origin),
            wanted_reference=wanted.reference,
        ),
    )
    movement_began(wanted.reference, movement.reference)
    return movement


def _record_of(wanted: WantedMovement) -> tuple[PaperRecord, Holder]:
    said = holder_of(wanted.origin) if wanted.origin is not None else own_place("store")
    record = PaperRecord.objects.filter(patient_id=wanted.patient_id).first()
    if record is None:
        how = "The registers say that it is there"
        return enter(_registers(), EnterRecord(patient=wanted.patient, holder=said, how=how)), said
    first = RecordPart.objects.filter(record=record).exclude(state="destroyed").select_related("holder").first()
    return record, first.holder if first is not None else said


def _reason(wanted: WantedMovement, origin: Holder) -> str:
    if origin.kind == "store":
        return "returning"
    return _REASONS.get(wanted.wanted_by.effect, "registration")


def undo(wanted: WantedMovement, why: str) -> None:
    """Ends the movement of something that is no longer wanted. Raises Conflict once it has left."""
    if wanted.movement_reference:
        end_before_leaving(_registers(), wanted.movement_reference, why)


def lock_patient(patient_id: int) -> RegisteredPatient | None:
    """Locks what is under way of a patient's record, what is wanted, and then the patient; None for nobody.

    So no scan moves the record while a message is judged. In the order in which a scan that ends a movement locks
    them: the other way round, the two would wait for each other.
    """
    under_way = Movement.objects.filter(record__patient=patient_id, ended_at=None)
    locked: set[int] = set()
    while fresh := set(under_way.values_list("id", flat=True)) - locked:
        lock_movements(fresh)
        locked |= fresh
    standing = WantedMovement.objects.select_for_update(of=("self",)).filter(patient=patient_id, ended_at=None)
    list(standing.order_by("id").values_list("id"))
    patient: RegisteredPatient | None = RegisteredPatient.objects.select_for_update().filter(id=patient_id).first()
    return patient


def pass_on(before: WantedMovement, wanted: WantedMovement) -> None:
    """The movement of what is no longer wanted, which is looked for, is that of what is wanted now: it goes there."""
    movement, bags = lock_movement(_registers(), before.movement_reference)
    to = holder_of(wanted.destination) if wanted.destination is not None else own_place("store")
    if to == movement.origin:  # custody knew better than the registers whence it was to leave
        undo(before, "It belongs where it was to leave")
        begin(wanted)
        return
    movement.wanted_reference = wanted.reference
    movement.save(update_fields=["wanted_reference"])
    movement_began(wanted.reference, movement.reference)
    turn(movement, bags, to)


def may_be_ended(wanted: WantedMovement) -> bool:
    """Whether nobody has taken any of the record away yet."""
    bags = Bag.objects.filter(movement__reference=wanted.movement_reference).exclude(state__in=FINAL)
    return not wanted.movement_reference or not bags.exclude(state__in=(*BEFORE_LEAVING, *SOUGHT)).exists()


def is_looked_for(wanted: WantedMovement) -> bool:
    """Whether it is missing from where it was to leave: to end its movement would end the search."""
    movement = Movement.objects.filter(reference=wanted.movement_reference, state__in=SOUGHT).first()
    return movement is not None and has_not_left(movement, list(movement.bags.all()))


def follow_ended(movement: Movement) -> None:
    """Tells the registers how a movement that they wanted ended, and begins what they want next of this record."""
    if not movement.wanted_reference:
        return
    with system_scope():  # the patient may be registered anywhere by now
        standing = WantedMovement.objects.filter(reference=movement.wanted_reference, ended_at=None)
        if not standing.exists():
            return
        if movement.state == "cancelled":
            movement_given_up(movement.wanted_reference)
            return
        following = movement_arrived(movement.wanted_reference)
        if following is not None:
            begin(following)


def begin_waiting(*, most: int = 1_000) -> int:
    """Begins the movements that are wanted and could not begin before; how many began. One transaction for each."""
    began: list[str] = []

    def begin_one(reference: str) -> None:
        hold_numbers(alone=False)  # nobody joins two patients while the record of one is begun to move
        found = _waiting().filter(reference=reference).select_for_update(of=("self",), skip_locked=True)
        wanted = found.select_related("origin", "destination", "wanted_by", "patient").first()
        if wanted is not None and begin(wanted) is not None:
            began.append(reference)

    with system_scope():
        one_by_one(list(_waiting().order_by("id").values_list("reference", flat=True)[:most]), begin_one)
    return len(began)


def _waiting() -> QuerySet[WantedMovement]:
    return WantedMovement.objects.filter(ended_at=None, movement_reference="")
