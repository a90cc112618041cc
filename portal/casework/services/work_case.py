"""Looking into a case: take it, wait for somebody, answer it, close it (J22, first form)."""

from __future__ import annotations

from django.utils import timezone

from portal.casework import messages
from portal.casework.events import CASE_ANSWERED, CASE_CLOSED, CASE_TAKEN, CASE_WAITS
from portal.casework.models import Case
from portal.casework.permissions import REPORT, WORK_CASES
from portal.casework.services.lock_case import lock_case
from portal.casework.states import CASE
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails


@service(WORK_CASES)
def take_case(actor: Actor, reference: str) -> Case:
    """The actor becomes the case's owner. Raises Conflict when somebody already is."""
    case = lock_case(actor, reference)
    CASE.check(actor, case.state, "in_progress")
    case.owner_id, case.owner_name, case.waiting_for = actor.user_id, actor.name, ""
    case.state = "in_progress"
    case.save()
    record(CASE_TAKEN, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case


@service(WORK_CASES)
def wait_for(actor: Actor, reference: str, whom: str) -> Case:
    """The case waits for ``whom``, who is named to both sides."""
    case = lock_case(actor, reference)
    CASE.check(actor, case.state, "waiting")
    case.state, case.waiting_for = "waiting", whom
    case.save()
    record(CASE_WAITS, actor=actor, subject=case, organisation_id=case.organisation_id, whom=whom)
    return case


@service(WORK_CASES)
def answer_case(actor: Actor, reference: str, answer: str) -> Case:
    """Answers the case and tells the reporter that there is an answer."""
    case = lock_case(actor, reference)
    CASE.check(actor, case.state, "resolved")
    case.state, case.answer, case.answered_at, case.waiting_for = "resolved", answer, timezone.now(), ""
    case.save()
    record(CASE_ANSWERED, actor=actor, subject=case, organisation_id=case.organisation_id, answer=answer)
    queue_emails(messages.case_answered(case))
    return case


@service(REPORT)
def close_case(actor: Actor, reference: str) -> Case:
    """The reporter's organisation is content with the answer."""
    case = lock_case(actor, reference)
    CASE.check(actor, case.state, "closed")
    case.state = "closed"
    case.save()
    record(CASE_CLOSED, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case
