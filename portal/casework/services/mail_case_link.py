"""A new link to one's own request or enquiry, for somebody without account (J20)."""

from __future__ import annotations

from portal.casework import messages
from portal.casework.email_links import issue_link
from portal.casework.events import LINK_ASKED_FOR
from portal.casework.models import Case
from portal.casework.permissions import VIEW_OWN_CASES
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails


@service(VIEW_OWN_CASES)
def mail_case_link(actor: Actor, reference: str) -> None:
    """Mails the link when the actor's address is that of whoever opened the case; otherwise nothing happens.

    The caller answers the same either way, so that nobody learns which references exist (R1).
    """
    with system_scope():  # whether the case is theirs is the question
        case = Case.objects.filter(reference=reference, organisation=None, opened_by_email__iexact=actor.email).first()
        if case is None:
            nothing_changed()
            return
        record(LINK_ASKED_FOR, actor=actor, subject=case)
        queue_emails([messages.case_link(case, issue_link("case", case.reference, actor.email))])
