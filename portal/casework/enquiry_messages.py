"""The e-mails of enquiries. They name the kind of enquiry, never what was typed (R10)."""

from __future__ import annotations

from portal.casework.enquiry_types import EnquiryType
from portal.casework.messages import way_to_case
from portal.casework.models import Case, RequestDraft
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email, text_email


def confirm_address(draft: RequestDraft, enquiry: EnquiryType, link: str) -> Email:
    """To the address somebody without account gave: the link with which the enquiry is sent."""
    return text_email(
        "casework.enquiry_confirm",
        [draft.email],
        "Confirm your e-mail address to send your enquiry",
        about=draft.reference,
        title=enquiry.name,
        link=link,
        hours=policy().durations.link_hours,
    )


def received(case: Case) -> list[Email]:
    """To whoever asked: the reference, who has it, and by when."""
    if not case.opened_by_email:
        return []
    email = text_email(
        "casework.enquiry_received",
        [case.opened_by_email],
        f"We have your enquiry {case.reference}",
        about=case.reference,
        case=case,
        queue=policy().queues.get(case.queue, case.queue),
        link=way_to_case(case),
    )
    return [email]
