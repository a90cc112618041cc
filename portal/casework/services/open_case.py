"""Opening a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from portal.casework import messages
from portal.casework.events import CASE_OPENED
from portal.casework.models import Case
from portal.casework.permissions import REPORT
from portal.casework.policy import policy
from portal.casework.reference import new_case_reference
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workdays.calendar import working_calendar


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """The command. ``kind`` is a stable code of the feature that reports; ``about`` names the thing.

    ``payload`` is what the feature knows about it in a form that programs read; no patient data.
    """

    kind: str
    subject: str
    details: str
    about_type: str = ""
    about_reference: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    enquiry_type: str = ""


def start_case(actor: Actor, command: OpenCase, **details: Any) -> Case:
    """Writes the case with its clock and its event, for the services that open cases of their own kind.

    ``details`` are further columns, such as ``channel`` or ``commissioner``. The caller holds the permission,
    the transaction and, where the actor sees no case, ``system_scope``.
    """
    clock = policy().clock(command.kind)
    today = timezone.localdate()
    days = working_calendar()
    first_reply_due_on = days.add(today, clock.first_reply_days)
    columns = {
        "organisation_id": actor.organisation_id,
        "opened_by_id": actor.user_id,
        "opened_by_name": actor.name,
        "opened_by_email": actor.email,
        "queue": clock.queue,
        "next_action_on": first_reply_due_on,
        "first_reply_due_on": first_reply_due_on,
        "due_on": days.add(today, clock.settle_days),
    }
    case = Case.objects.create(reference=new_case_reference(), **vars(command) | columns | details)
    record(CASE_OPENED, actor=actor, subject=case, organisation_id=case.organisation_id, subject_line=case.subject)
    return case


@service(REPORT)
def open_case(actor: Actor, command: OpenCase) -> Case:
    """Opens a case for the actor's organisation and returns it. It waits in the operator's queue.

    Called in the transaction of the change that reports it; the reporter is told the reference.
    """
    case = start_case(actor, command)
    queue_emails(messages.case_opened(case))
    return case
