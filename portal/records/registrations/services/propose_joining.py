"""Somebody has compared two patients, and says that they are one. It takes a second person (J26)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, Refused
from portal.records.registrations.events import JOINING_PROPOSED
from portal.records.registrations.models import PatientJoining
from portal.records.registrations.pairs import pair_of
from portal.records.registrations.permissions import JOIN_PATIENTS
from portal.records.registrations.proposals import lock_question, said
from portal.records.registrations.succession import hold_numbers


@dataclass(frozen=True, kw_only=True)
class ProposeJoining:
    """The command. ``birth_date_of`` is ``old`` or ``new`` where the two have different dates of birth, else ''."""

    question: str
    reason: str
    birth_date_of: str = ""


@service(JOIN_PATIENTS)
def propose_joining(actor: Actor, command: ProposeJoining) -> PatientJoining:
    """Keeps the proposal; nothing moves until another person agrees. A question that was answered may be asked again.

    Raises NotFound; InvalidInput without a reason, or without a word on which date of birth is right; Refused for
    whoever is no person; Conflict when the two cannot be joined, or somebody has proposed it already.
    """
    if actor.user_id is None:
        raise Refused("You cannot propose this because a person has to compare the two.")
    reason = said(command.reason, "reason", "Say how you know that they are one person.")
    with system_scope():
        hold_numbers(alone=False)
        question = lock_question(command.question)
        pair = pair_of(question)
        if PatientJoining.objects.filter(joined=pair.old, state="waiting").exists():
            raise Conflict("Somebody has proposed it already. A second person decides it.")
        if pair.birth_dates_differ and command.birth_date_of not in ("old", "new"):
            raise InvalidInput({"birth_date_of": "Say which date of birth is right. The sender of the message knows."})
        proposed = PatientJoining.objects.create(
            question=question,
            joined=pair.old,
            survivor=pair.new,
            birth_date_of=command.birth_date_of if pair.birth_dates_differ else "",
            reason=reason,
            proposed_by_id=actor.user_id,
            proposed_by_name=actor.name,
        )
        record(JOINING_PROPOSED, actor=actor, subject=question)
    return proposed
