"""Two patients become one: all that moves goes to the one whose number stands, the other row stays as history (J26).

Part of a service: it needs its transaction and leaves the event to it. The caller holds the numbers alone
(``hold_numbers``), so nobody finds a patient, takes a registration or begins a movement meanwhile. No link of a chain
of custody is touched: parts change the record they belong to, not who has them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Max
from django.utils import timezone

from portal.foundation.access import Actor, system_actor
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.records.events import MOVEMENT_WENT_OVER
from portal.records.locking import lock_records
from portal.records.models import Holder, Movement, PaperRecord
from portal.records.permissions import START_MOVEMENTS
from portal.records.places import holder_of, own_place
from portal.records.registrations.facts import has_left
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement
from portal.records.registrations.moving import begin, undo
from portal.records.registrations.pairs import Pair
from portal.records.services.join_store import bring_together
from portal.records.states import BEFORE_LEAVING, MOVEMENT_PRECEDENCE
from portal.records.turning import follow_patient
from portal.records.widening import fold_movement

_NO_MORE = "The patient was known here as two, and is registered elsewhere"


@dataclass(frozen=True)
class WentOver:
    """How many parts and open movements went to the patient who stays."""

    parts: int
    movements: int


def join(actor: Actor, question: RegistrationEvent, pair: Pair, *, keeps_old_birth_date: bool) -> WentOver:
    """Joins the old of the pair into the new; ``question`` is why. Raises Conflict when one was joined, or it moves.

    Movements, bags and parts are locked before what is wanted, and that before patients: as a scan locks them.
    """
    old_id, new_id = pair.old.id, pair.new.id
    movements = lock_records((old_id, new_id))
    wanted = _wanted(old_id, new_id)
    locked = RegisteredPatient.objects.select_for_update(of=("self",)).filter(id__in=(old_id, new_id)).order_by("id")
    patients = {each.id: each for each in locked}
    old, new = patients[old_id], patients[new_id]
    if old.merged_into_id is not None or new.merged_into_id is not None:
        raise Conflict("One of the two was joined to a patient already. Compare them again.")
    papers = _join_records(actor, old, new, movements)
    _join_patients(replace(pair, old=old, new=new), keeps_old_birth_date=keeps_old_birth_date)
    kept = _keep_one(question, new, wanted)
    _move_on(question, new, kept)
    return WentOver(*papers)


def _wanted(*patient_ids: int) -> list[WantedMovement]:
    standing = WantedMovement.objects.select_for_update(of=("self",)).filter(patient__in=patient_ids, ended_at=None)
    return list(standing.order_by("id"))


def _join_records(
    actor: Actor, old: RegisteredPatient, new: RegisteredPatient, movements: list[Movement]
) -> tuple[int, int]:
    """All parts and open movements belong to the record of ``new``; those that have ended stay with the other."""
    papers = {each.patient_id: each for each in PaperRecord.objects.select_for_update().filter(patient__in=(old, new))}
    left = papers.get(old.id)
    if left is None:
        return 0, 0
    kept = papers.get(new.id) or PaperRecord.objects.create(patient=new)
    # Read anew: a count of a closing practice may have entered a record until the patients were locked.
    highest = kept.parts.aggregate(highest=Max("number"))["highest"] or 0
    going = list(left.parts.select_for_update(of=("self",)).order_by("number"))
    for number, part in enumerate(going, start=highest + 1):
        part.record, part.number = kept, number
        part.save(update_fields=["record", "number"])
    open_ones = [each for each in movements if each.record_id == left.id]
    for movement in open_ones:
        movement.record = kept
        movement.save(update_fields=["record"])
        record(MOVEMENT_WENT_OVER, actor=actor, subject=movement)
    # A protected identity would be read on the ended movements of the other row.
    kept.is_sealed = left.is_sealed = kept.is_sealed or left.is_sealed
    kept.old_number = kept.old_number or left.old_number
    kept.digitised_on = kept.digitised_on or left.digitised_on
    kept.save(update_fields=["is_sealed", "old_number", "digitised_on"])
    left.save(update_fields=["is_sealed"])
    return len(going), len(open_ones)


def _join_patients(pair: Pair, *, keeps_old_birth_date: bool) -> None:
    """``new`` stays, with the registration that counts, unless a later deduction under the new number ended it."""
    old, new = pair.old, pair.new
    if pair.registered == old and not has_left(new, old.registered_at_id, old.registered_since):
        new.registered_at_id, new.registered_since = old.registered_at_id, old.registered_since
    if new.record_at_id is None and not new.record_in_store:
        new.record_at_id, new.record_in_store = old.record_at_id, old.record_in_store
    if keeps_old_birth_date or new.born_on is None:
        new.born_on = old.born_on
    new.has_died = new.has_died or old.has_died
    RegistrationEvent.objects.filter(patient=old).update(patient=new)
    RegisteredPatient.objects.filter(merged_into=old).update(merged_into=new)
    old.merged_into = new
    old.registered_at = old.record_at = None
    old.record_in_store = old.may_leave = False
    old.save()
    new.save()


def _keep_one(
    question: RegistrationEvent, new: RegisteredPatient, wanted: list[WantedMovement]
) -> WantedMovement | None:
    """At most one wanted movement of a patient stands: the one to where the patient is, else the furthest one.

    A movement to elsewhere that has not left is ended; one on the road arrives, and is sent on from there.
    """
    home = new.registered_at_id if not new.has_died else None
    references = [each.movement_reference for each in wanted if each.movement_reference]
    states = dict(Movement.objects.filter(reference__in=references).values_list("reference", "state"))

    def rank(each: WantedMovement) -> tuple[bool, int, bool]:
        state = states.get(each.movement_reference, "")
        far = MOVEMENT_PRECEDENCE.index(state) if state else -1
        return each.destination_id == home, far, each.patient_id == new.id

    ordered = sorted(wanted, key=rank, reverse=True)
    for other in ordered[1:]:
        other.ended_at, other.ended_by = timezone.now(), question
        other.save(update_fields=["ended_at", "ended_by"])
    for each in ordered:
        elsewhere = home is not None and each.destination_id != home
        if elsewhere and states.get(each.movement_reference, "requested") in BEFORE_LEAVING:
            if each.ended_at is None:
                each.ended_at, each.ended_by = timezone.now(), question
                each.save(update_fields=["ended_at", "ended_by"])
            undo(each, _NO_MORE)
    if not ordered or ordered[0].ended_at is not None:
        return None
    ordered[0].patient = new
    ordered[0].save(update_fields=["patient"])
    return ordered[0]


def _move_on(question: RegistrationEvent, new: RegisteredPatient, kept: WantedMovement | None) -> None:
    """Movements that are there twice become one, and what lies elsewhere begins to move by the rules that there are."""
    paper = PaperRecord.objects.filter(patient=new).first()
    holder = _holder(new, paper)
    if holder is None:
        return
    registers = system_actor("The registers", START_MOVEMENTS)
    if paper is not None:
        _fold(registers, paper, kept)
    if kept is None:
        kept = _want(question, new, holder)
    if kept is not None and not kept.movement_reference:
        begin(kept)
    if paper is not None:
        follow_patient(new)
        bring_together(registers, paper.id)


def _holder(new: RegisteredPatient, paper: PaperRecord | None) -> Holder | None:
    """Who has the first of the paper; without any known here, who has it by the registers; None when nobody has."""
    if paper is not None:
        first = paper.parts.exclude(state="destroyed").select_related("holder").order_by("number").first()
        return first.holder if first is not None else None
    if new.record_in_store:
        return own_place("store")
    return holder_of(new.record_at) if new.record_at is not None else None


def _fold(actor: Actor, paper: PaperRecord, kept: WantedMovement | None) -> None:
    standing = kept.movement_reference if kept is not None else ""
    open_ones = list(Movement.objects.filter(record=paper, ended_at=None))
    open_ones.sort(key=lambda each: (each.reference != standing, -MOVEMENT_PRECEDENCE.index(each.state), each.id))
    first: dict[tuple[int, int, str], Movement] = {}
    for movement in open_ones:
        into = first.setdefault((movement.origin_id, movement.destination_id, movement.reason), movement)
        if into is not movement:
            fold_movement(actor, into, movement)


def _want(question: RegistrationEvent, new: RegisteredPatient, holder: Holder) -> WantedMovement | None:
    """What the registers would have called for: the record goes from where it is to the practice of the patient."""
    home = new.registered_at
    if home is None or new.has_died or home.status != "active":
        return None
    if holder.kind not in ("practice", "store") or holder == holder_of(home):
        return None
    return WantedMovement.objects.create(
        patient=new, origin_id=holder.organisation_id, destination=home, wanted_by=question
    )
