"""Looking into a case: take it, wait for somebody, answer it, close it (J22, first form)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.casework import messages
from portal.casework.checkpoints import first_to_do
from portal.casework.events import CASE_ANSWERED, CASE_CLOSED, CASE_RESUMED, CASE_TAKEN, CASE_WAITS
from portal.casework.models import Case
from portal.casework.moving import begin_wait, go_on, move
from portal.casework.permissions import REPORT, WORK_CASES
from portal.casework.services.lock_case import lock_case
from portal.casework.services.say import say
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.files import CheckedUpload
from portal.foundation.outbox.queue import queue_emails


@service(WORK_CASES)
def take_case(actor: Actor, reference: str) -> Case:
    """The actor becomes the case's owner. Raises Conflict when somebody already is looking into it."""
    case = lock_case(actor, reference)
    if case.state == "in_progress":
        raise Conflict(f"{case.owner_name} is already looking into {case.reference}.")
    case.owner_id, case.owner_name = actor.user_id, actor.name
    move(actor, case, "in_progress")
    case.save()
    record(CASE_TAKEN, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case


@service(WORK_CASES)
def wait_for(actor: Actor, reference: str, whom: str, *, party: str = "other", until: date | None = None) -> Case:
    """The case waits for ``whom`` ('' is whoever asked); its clock stands still, ``until`` the day is over.

    Raises InvalidInput for a day that is over.
    """
    case = lock_case(actor, reference)
    whom = whom or case.opened_by_name
    begin_wait(actor, case, whom, party, until)
    case.save()
    record(CASE_WAITS, actor=actor, subject=case, organisation_id=case.organisation_id, whom=whom)
    return case


@service(WORK_CASES)
def resume_case(actor: Actor, reference: str) -> Case:
    """The wait is over, because somebody says so. Raises Conflict when the case does not wait."""
    case = lock_case(actor, reference)
    if case.state != "waiting":
        raise Conflict(f"{case.reference} does not wait for anybody.")
    go_on(actor, case)
    case.save()
    record(CASE_RESUMED, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case


@service(WORK_CASES)
def answer_case(actor: Actor, reference: str, answer: str, upload: CheckedUpload | None = None) -> Case:
    """Answers the case and tells the reporter that there is an answer. Who answers owns it.

    Raises InvalidInput while another page has to be used first: what was typed is kept.
    """
    case = lock_case(actor, reference)
    if todo := first_to_do(case):
        raise InvalidInput({None: todo.sentence})
    case.answer, case.answered_at = answer, timezone.now()
    case.first_replied_at = case.first_replied_at or case.answered_at
    case.owner_id, case.owner_name = actor.user_id, actor.name
    move(actor, case, "resolved")
    case.save()
    say(actor, case, answer, side="staff", upload=upload)
    record(CASE_ANSWERED, actor=actor, subject=case, organisation_id=case.organisation_id)
    queue_emails(messages.case_answered(case))
    return case


@service(REPORT)
def close_case(actor: Actor, reference: str) -> Case:
    """The reporter's organisation is content with the answer."""
    case = lock_case(actor, reference)
    move(actor, case, "closed")
    case.save()
    record(CASE_CLOSED, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case
