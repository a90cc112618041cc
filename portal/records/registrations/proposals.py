"""A proposal to join two patients, locked and brought to its end: what the services that change one share (J26)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.files.names import holds_nhs_number
from portal.records.registrations.models import PatientJoining, RegistrationEvent
from portal.records.registrations.pairs import JOINABLE
from portal.records.registrations.states import JOINING


def lock_question(reference: str) -> RegistrationEvent:
    """The question whether two are one, locked. Raises NotFound."""
    locked = RegistrationEvent.objects.select_for_update(of=("self",)).select_related("patient")
    question: RegistrationEvent | None = locked.filter(reference=reference, effect__in=JOINABLE).first()
    if question is None:
        raise NotFound
    return question


def lock_waiting(reference: str) -> tuple[RegistrationEvent, PatientJoining]:
    """The question, then its newest proposal: whoever ends one takes turns at the question.

    Raises NotFound without any; Conflict, with who was first, when it does not wait any more.
    """
    question = lock_question(reference)
    locked = PatientJoining.objects.select_for_update(of=("self",)).filter(question=question)
    joining: PatientJoining | None = locked.order_by("-id").first()
    if joining is None:
        raise NotFound
    if joining.state == "taken_back":
        raise Conflict(f"{joining.decided_by_name} has taken the proposal back: {joining.note}")
    if joining.state != "waiting":
        raise Conflict(f"{joining.decided_by_name} has decided it already: {joining.state_label.lower()}.")
    return question, joining


def end_proposal(actor: Actor, joining: PatientJoining, state: str, note: str) -> None:
    """Keeps who ended it, how, and why. Raises Refused for who may not."""
    JOINING.check(actor, joining.state, state)
    joining.decided_at, joining.decided_by_id = timezone.now(), actor.user_id
    joining.decided_by_name, joining.note, joining.state = actor.name, note, state
    joining.save()


def said(words: str, field: str, sentence: str) -> str:
    """The words without blanks around them. Raises InvalidInput for none, and for an NHS number among them."""
    if not words.strip():
        raise InvalidInput({field: sentence})
    if holds_nhs_number(words):
        raise InvalidInput({field: "Leave out NHS numbers. Everybody who sees the question reads this."})
    return words.strip()
