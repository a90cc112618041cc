"""What the desk does with a case besides answering: notes, replies, queues, next actions, duplicates (J22)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.casework import messages
from portal.casework.events import CASE_MERGED, CASE_MOVED, CASE_NOTED, CASE_PLANNED, CASE_REPLIED, CASE_WAITS
from portal.casework.models import Case, ChangeRequest
from portal.casework.moving import begin_wait, move, put_in_queue
from portal.casework.permissions import WORK_CASES
from portal.casework.policy import policy
from portal.casework.services.lock_case import lock_case, lock_open_case
from portal.casework.services.say import say
from portal.casework.states import CASE, OPEN_STATES
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.foundation.files import CheckedUpload
from portal.foundation.outbox.queue import queue_emails


@service(WORK_CASES)
def reply_to_case(
    actor: Actor,
    reference: str,
    body: str,
    upload: CheckedUpload | None = None,
    *,
    wait: bool = False,
    until: date | None = None,
) -> Case:
    """Writes to whoever asked; the case stays as it is, or waits for their reply. The time of the first one is kept.

    Raises Conflict for a case that is not open or waits already, InvalidInput for a day ``until`` that is over.
    """
    case = lock_open_case(actor, reference)
    case.first_replied_at = case.first_replied_at or timezone.now()
    case.waited_in_vain_for = ""
    if wait:
        begin_wait(actor, case, case.opened_by_name, "requester", until)
    case.save()
    say(actor, case, body, side="staff", upload=upload)
    record(CASE_REPLIED, actor=actor, subject=case, organisation_id=case.organisation_id)
    if wait:
        record(CASE_WAITS, actor=actor, subject=case, organisation_id=case.organisation_id, whom=case.opened_by_name)
    queue_emails(messages.case_written(case))
    return case


@service(WORK_CASES)
def add_note(actor: Actor, reference: str, body: str, upload: CheckedUpload | None = None) -> Case:
    """Keeps a note that only staff read, at any time of a case's life."""
    case = lock_case(actor, reference)
    say(actor, case, body, side="staff", internal=True, upload=upload)
    record(CASE_NOTED, actor=actor, subject=case, organisation_id=case.organisation_id)
    return case


@service(WORK_CASES)
def plan_case(actor: Actor, reference: str, queue: str, next_action_on: date) -> Case:
    """Says in which queue the case is and when it is looked at next. Moved to another queue, it is nobody's there.

    Raises InvalidInput for a queue that does not exist and a day that is over, Conflict when it is not open.
    """
    case = lock_open_case(actor, reference)
    if queue not in policy().queues:
        raise InvalidInput({"queue": "Choose a queue from the list."})
    if next_action_on < timezone.localdate():
        raise InvalidInput({"next_action_on": "Enter today or a later day."})
    if queue != case.queue:
        record(
            CASE_MOVED, actor=actor, subject=case, organisation_id=case.organisation_id, queue=policy().queues[queue]
        )
        put_in_queue(actor, case, queue)
    case.next_action_on, case.waited_in_vain_for = next_action_on, ""
    case.save()
    record(
        CASE_PLANNED, actor=actor, subject=case, organisation_id=case.organisation_id, day=next_action_on.isoformat()
    )
    return case


@service(WORK_CASES)
def merge_case(actor: Actor, reference: str, into: str) -> Case:
    """Joins a duplicate to the case that goes on, and tells whoever asked. Its messages stay where they were said.

    Both must be of the same organisation, or without one of the same address; otherwise somebody would be sent to
    a case they may not read. Raises InvalidInput for a case that does not fit, Conflict for one that is past it.
    """
    first, second = sorted({reference, into}) if reference != into else (reference, reference)
    if first == second:
        raise InvalidInput({"into": "Enter the reference of another case."})
    wanted = Case.objects.visible_to(actor).filter(reference=into).first()  # type: ignore[attr-defined]
    if wanted is None:
        raise InvalidInput({"into": "There is no case with this reference."})
    locked = {each: lock_case(actor, each) for each in (first, second)}  # always in this order: no deadlock
    case, other = locked[reference], locked[into]
    CASE.check(actor, case.state, "merged")  # before what is wrong with the other one
    if other.state not in OPEN_STATES:
        raise InvalidInput({"into": "That case is not open. Choose one that is still worked on."})
    if not _same_asker(case, other):
        raise InvalidInput({"into": "That case is somebody else's. Cases are joined only for the same organisation."})
    if _request_kind(case) != _request_kind(other):
        raise InvalidInput({"into": "The two ask for different changes. Refuse or withdraw one of them instead."})
    move(actor, case, "merged")
    case.merged_into = other
    case.save()
    for each, text in ((case, f"Joined to {other.reference}."), (other, f"{case.reference} was joined to this case.")):
        say(actor, each, text, side="staff")
        record(
            CASE_MERGED, actor=actor, subject=each, organisation_id=each.organisation_id,
            duplicate=case.reference, other=other.reference,
        )  # fmt: skip
    queue_emails(messages.case_written(other))
    return case


def _same_asker(case: Case, other: Case) -> bool:
    if case.organisation_id is None and other.organisation_id is None:
        return bool(case.opened_by_email) and case.opened_by_email.lower() == other.opened_by_email.lower()
    return case.organisation_id == other.organisation_id


def _request_kind(case: Case) -> str:
    return ChangeRequest.objects.filter(case=case).values_list("kind", flat=True).first() or ""
