"""Sharing the work of the desk out: give a case to a colleague, put it back, move it to another queue (J22)."""

from __future__ import annotations

from portal.casework import staff_messages
from portal.casework.colleagues import workers_of
from portal.casework.events import CASE_GIVEN, CASE_MOVED, CASE_PUT_BACK
from portal.casework.models import Case
from portal.casework.moving import look_today, move, put_in_queue
from portal.casework.permissions import WORK_CASES
from portal.casework.policy import policy
from portal.casework.services.lock_case import lock_open_case
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.queue import queue_emails


@service(WORK_CASES)
def give_case(actor: Actor, reference: str, to: str) -> Case:
    """Makes a colleague the owner and tells them; ``to`` is the reference of their membership.

    One that waits, waits on with its new owner. Raises InvalidInput for somebody who does not work in the case's
    queue, and Conflict for who owns it already.
    """
    case = lock_open_case(actor, reference)
    colleague = next((each for each in workers_of(case.queue) if each.reference == to), None)
    if colleague is None:
        raise InvalidInput({"colleague": f"Choose somebody who works in {policy().queues.get(case.queue, 'it')}."})
    if case.owner_id == colleague.user_id and case.state != "received":
        raise Conflict(f"{colleague.name} has {case.reference} already.")
    case.owner_id, case.owner_name = colleague.user_id, colleague.name
    if case.state == "received":
        move(actor, case, "in_progress")
    if case.state == "in_progress":
        look_today(case)
    case.save()
    record(CASE_GIVEN, actor=actor, subject=case, organisation_id=case.organisation_id, whom=colleague.name)
    if colleague.user_id != actor.user_id:
        queue_emails(staff_messages.case_given(case, actor.name, colleague.email))
    return case


@service(WORK_CASES)
def put_back(actor: Actor, reference: str) -> Case:
    """Nobody owns the case any more: it waits in its queue. Raises Conflict when nobody did."""
    case = lock_open_case(actor, reference)
    if case.owner_id is None:
        raise Conflict(f"{case.reference} is in its queue already.")
    put_in_queue(actor, case, case.queue)
    case.save()
    record(CASE_PUT_BACK, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case


@service(WORK_CASES)
def move_case(actor: Actor, reference: str, queue: str) -> Case:
    """Moves the case to another queue, where it is nobody's yet, and looked at today.

    Raises InvalidInput for a queue that does not exist, Conflict when it is there already.
    """
    case = lock_open_case(actor, reference)
    if queue not in policy().queues:
        raise InvalidInput({"queue": "Choose a queue from the list."})
    if queue == case.queue:
        raise Conflict(f"{case.reference} is in {policy().queues[queue]} already.")
    put_in_queue(actor, case, queue)
    if case.state == "received":
        look_today(case)
    case.save()
    record(CASE_MOVED, actor=actor, subject=case, organisation_id=case.organisation_id, queue=policy().queues[queue])
    return case
