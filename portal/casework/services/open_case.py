"""Opening a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.casework import messages
from portal.casework.events import CASE_OPENED
from portal.casework.models import Case
from portal.casework.permissions import REPORT
from portal.casework.reference import new_case_reference
from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """The command. ``kind`` is a stable code of the feature that reports; ``about`` names the thing.

    ``payload`` is what the feature knows about it in a form that programs read; no patient data.
    """

    kind: str
    subject: str
    details: str
    about_type: str
    about_reference: str
    payload: dict[str, Any] = field(default_factory=dict)


@service(REPORT)
def open_case(actor: Actor, command: OpenCase) -> Case:
    """Opens a case for the actor's organisation and returns it. It waits in the operator's queue.

    Called in the transaction of the change that reports it; the reporter is told the reference.
    """
    case = Case.objects.create(
        reference=new_case_reference(),
        organisation_id=actor.organisation_id,
        kind=command.kind,
        subject=command.subject,
        details=command.details,
        payload=command.payload,
        about_type=command.about_type,
        about_reference=command.about_reference,
        opened_by_id=actor.user_id,
        opened_by_name=actor.name,
        opened_by_email=actor.email,
    )
    record(CASE_OPENED, actor=actor, subject=case, organisation_id=case.organisation_id, subject_line=case.subject)
    queue_emails(messages.case_opened(case))
    return case
