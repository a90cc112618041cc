"""Sending an enquiry: the draft becomes a case, once (J20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from portal.casework import enquiry_messages
from portal.casework.enquiry_types import ENQUIRY, EnquiryType, enquiries
from portal.casework.forms.enquiry import rows_of
from portal.casework.models import Attachment, Case, RequestDraft
from portal.casework.permissions import ASK
from portal.casework.policy import policy
from portal.casework.services.keep_enquiry import TYPE, find_enquiry
from portal.casework.services.open_case import OpenCase, start_case
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict, Refused
from portal.foundation.files import CheckedUpload, store_upload
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.workdays.calendar import working_calendar


@service(ASK)
def send_enquiry(actor: Actor, draft_reference: str, files: Sequence[CheckedUpload] = ()) -> Case:
    """Sends the enquiry; one that was sent already gives the case it became (two tabs, a double click).

    Whose case it is comes from the actor alone: a code that somebody without account typed proves nothing and is
    only a line of the text. Raises NotFound for another's draft, Refused while the address is not confirmed,
    Conflict when the operator no longer has this type of enquiry.
    """
    draft = find_enquiry(actor, draft_reference, lock=True)
    with system_scope():  # the case of a requester is not theirs to see until its own link is followed
        if draft.case_id is not None:
            nothing_changed()
            return Case.objects.get(id=draft.case_id)
        check_confirmed(draft)
        enquiry = type_of(draft)
        case = _open(actor, draft, enquiry)
        for upload in files:
            stored = store_upload(upload, purpose="casework.attachment")
            Attachment.objects.create(case=case, stored_file=stored, added_by_name=case.opened_by_name)
        draft.case, draft.updated_at = case, timezone.now()
        draft.save(update_fields=["case", "updated_at"])
        queue_emails(enquiry_messages.received(case))
    return case


def check_confirmed(draft: RequestDraft) -> None:
    """Raises Refused when somebody without account has not followed the link yet."""
    if draft.user_id is None and draft.email_confirmed_at is None:
        raise Refused("Confirm your e-mail address first: open the link that we sent to it.")


def type_of(draft: RequestDraft) -> EnquiryType:
    """What kind of enquiry it is. Raises Conflict when the operator has taken the type away."""
    found = enquiries().types.get(draft.answers.get(TYPE, ""))
    if found is None or found.is_pointer:
        raise Conflict("This kind of enquiry is no longer there. Choose another one.")
    return found


def _open(actor: Actor, draft: RequestDraft, enquiry: EnquiryType) -> Case:
    answers = draft.answers
    rows = rows_of(enquiry, answers)
    if claimed := answers.get("sender_organisation"):
        rows.insert(0, ("Organisation, as typed and not checked", str(claimed)))
    order = _own_order(actor, enquiry, answers)
    command = OpenCase(
        kind=ENQUIRY,
        subject=enquiry.subject or enquiry.name,
        details="\n\n".join(f"{label}\n{value}" for label, value in rows),
        about_type="order" if order else "",
        about_reference=order,
        payload={"draft": draft.reference},
        enquiry_type=enquiry.code,
    )
    return start_case(actor, command, **_clock(enquiry), **_sender(actor, draft))


def _own_order(actor: Actor, enquiry: EnquiryType, answers: dict[str, Any]) -> str:
    """The order it is about, which the form has checked; '' for somebody who has not proved where they belong."""
    if actor.organisation_id is None:
        return ""
    return next((str(answers.get(f"q_{each.code}", "")) for each in enquiry.fields if each.kind == "order"), "")


def _clock(enquiry: EnquiryType) -> dict[str, Any]:
    usual, days, today = policy().clock(ENQUIRY), working_calendar(), timezone.localdate()
    first = days.add(today, enquiry.first_reply_days or usual.first_reply_days)
    return {
        "queue": enquiry.queue or usual.queue,
        "first_reply_due_on": first,
        "next_action_on": first,
        "due_on": days.add(today, enquiry.settle_days or usual.settle_days),
    }


def _sender(actor: Actor, draft: RequestDraft) -> dict[str, str]:
    """Who wrote, where the actor does not say it."""
    return {} if actor.organisation_id else {"opened_by_name": str(draft.answers.get("sender_name") or actor.email)}
