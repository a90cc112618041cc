"""A second person decides whether two patients are one (J26)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, Refused
from portal.records.registrations.events import JOINING_REFUSED, PATIENTS_JOINED
from portal.records.registrations.joining import join
from portal.records.registrations.models import PatientJoining, RegistrationEvent, SupersededNumber
from portal.records.registrations.pairs import JOINABLE, Pair, is_answered, pair_of
from portal.records.registrations.permissions import JOIN_PATIENTS
from portal.records.registrations.proposals import end_proposal, lock_waiting, said
from portal.records.registrations.succession import current_number, hold_numbers


@service(JOIN_PATIENTS)
def agree_to_joining(actor: Actor, question_reference: str, note: str) -> PatientJoining:
    """Joins the two: the one with the new number stays, and all parts and open movements go to it.

    Raises Refused for who proposed it; NotFound, InvalidInput without a note; Conflict when it was decided before, when
    the two have changed since, or when something of their records moves at this moment.
    """
    note = said(note, "note", "Say what you compared.")
    with system_scope():  # the records may be anywhere
        hold_numbers(alone=True)
        question, joining = _lock(actor, question_reference)
        pair = pair_of(question)
        _refuse_what_changed(joining, pair)
        _refuse_what_others_wait_for(pair)
        # Before the two are joined: from now on the old number is nobody's.
        if pair.old.nhs_number and current_number(pair.old.nhs_number) != pair.new.nhs_number:
            SupersededNumber.objects.create(
                number=pair.old.nhs_number,
                replaced_by=question.replaced_by,
                said_at=question.sent_at,
                said_by=question,
            )
        went = join(actor, question, pair, keeps_old_birth_date=joining.birth_date_of == "old")
        end_proposal(actor, joining, "joined", note)
        _settle(actor, question, f"One patient: {note}")
        record(PATIENTS_JOINED, actor=actor, subject=question, parts=went.parts, movements=went.movements)
        _settle_same(actor, pair)
    return joining


@service(JOIN_PATIENTS)
def refuse_joining(actor: Actor, question_reference: str, note: str) -> PatientJoining:
    """They are two people, or nobody can tell: nothing moves, and the question is closed with the note.

    Raises Refused for who proposed it; NotFound, InvalidInput without a note, Conflict when it was decided before.
    """
    note = said(note, "note", "Say why they are not joined. Whoever asks again reads it.")
    with system_scope():
        hold_numbers(alone=False)
        question, joining = _lock(actor, question_reference)
        end_proposal(actor, joining, "refused", note)
        _settle(actor, question, f"Two people: {note}")
        record(JOINING_REFUSED, actor=actor, subject=question)
    return joining


def _lock(actor: Actor, reference: str) -> tuple[RegistrationEvent, PatientJoining]:
    """The question and its newest proposal, for somebody else than who made it."""
    question, joining = lock_waiting(reference)
    if actor.user_id is None or joining.is_of(actor):
        raise Refused("You cannot decide this because you proposed it. Ask somebody else who may decide.")
    return question, joining


def _refuse_what_changed(joining: PatientJoining, pair: Pair) -> None:
    if (joining.joined_id, joining.survivor_id) != (pair.old.id, pair.new.id):
        raise Conflict("The numbers have changed since it was proposed. Do not join them, and compare them again.")
    if pair.birth_dates_differ and not joining.birth_date_of:
        raise Conflict("The dates of birth differ since it was proposed. Do not join them, and compare them again.")


def _refuse_what_others_wait_for(pair: Pair) -> None:
    """Somebody else may be said to be the one who would be gone: that is decided while there are two to compare."""
    other = PatientJoining.objects.filter(survivor=pair.old, state="waiting").select_related("question").first()
    if other is not None:
        raise Conflict(
            f"Another proposal waits, {other.question.reference}: it joins somebody to the one who would go over."
            " Decide that one first, or ask who proposed it to take it back."
        )


def _settle(actor: Actor, question: RegistrationEvent, note: str) -> None:
    """The newest answer; what was found out before stays above it. Written alone: joining has moved the event on."""
    before = f"{question.settled_note}\n" if question.settled_note else ""
    RegistrationEvent.objects.filter(id=question.id).update(
        settled_at=timezone.now(), settled_by_name=actor.name, settled_note=before + note
    )


def _settle_same(actor: Actor, pair: Pair) -> None:
    """Other messages that asked about the same two are answered with this one."""
    same = RegistrationEvent.objects.filter(effect__in=JOINABLE, settled_at=None, patient=pair.new)
    for question in same.select_for_update(of=("self",)).order_by("id"):
        if is_answered(question):
            _settle(actor, question, "One patient: answered with another message about the same two.")
