"""Who proposed to join two patients takes the proposal back while it waits (J26)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Refused
from portal.records.registrations.events import JOINING_TAKEN_BACK
from portal.records.registrations.models import PatientJoining
from portal.records.registrations.permissions import JOIN_PATIENTS
from portal.records.registrations.proposals import end_proposal, lock_waiting, said


@service(JOIN_PATIENTS)
def take_back_joining(actor: Actor, question_reference: str, why: str) -> PatientJoining:
    """Ends the proposal as if nobody had made it: the question waits as before, for an answer or another proposal.

    No number and no patient is touched, so the lock of the question is enough. Raises NotFound; InvalidInput without a
    reason; Refused for anybody but who proposed it; Conflict when a second person was faster.
    """
    why = said(why, "why", "Say why you take it back. Whoever asks again reads it.")
    with system_scope():
        question, joining = lock_waiting(question_reference)
        if not joining.is_of(actor):
            raise Refused("Only whoever proposed it can take it back. Decide it instead.")
        end_proposal(actor, joining, "taken_back", why)
        record(JOINING_TAKEN_BACK, actor=actor, subject=question)
    return joining
