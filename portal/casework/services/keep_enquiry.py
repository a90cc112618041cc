"""An enquiry before it is sent: kept as a draft, so that nothing typed is lost (J20)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.casework import enquiry_messages
from portal.casework.email_links import issue_link
from portal.casework.enquiry_types import ENQUIRY, EnquiryType
from portal.casework.events import DRAFT_DISCARDED, DRAFT_SAVED, DRAFT_STARTED
from portal.casework.models import RequestDraft
from portal.casework.permissions import ASK
from portal.casework.policy import policy
from portal.casework.reference import new_draft_reference
from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.outbox.queue import queue_emails

TYPE = "type"


@service(ASK)
def start_enquiry(actor: Actor, enquiry: EnquiryType, answers: dict[str, Any]) -> RequestDraft:
    """Keeps what somebody signed in has typed."""
    draft = _new(enquiry, answers, user_id=actor.user_id, organisation_id=actor.organisation_id)
    record(DRAFT_STARTED, actor=actor, subject=draft, organisation_id=draft.organisation_id, journey=enquiry.name)
    return draft


@service(ASK)
def start_enquiry_by_email(actor: Actor, enquiry: EnquiryType, answers: dict[str, Any]) -> RequestDraft:
    """Keeps what somebody without account has typed, and mails the link without which it is not sent."""
    with system_scope():  # a requester sees a draft only after following its link
        draft = _new(enquiry, answers, email=actor.email)
        record(DRAFT_STARTED, actor=actor, subject=draft, journey=enquiry.name)
        link = issue_link("draft", draft.reference, actor.email)
        queue_emails([enquiry_messages.confirm_address(draft, enquiry, link)])
    return draft


@service(ASK)
def save_enquiry(actor: Actor, reference: str, answers: dict[str, Any]) -> RequestDraft:
    """Keeps changed answers. Raises NotFound for another's, Conflict for one that was sent."""
    draft = find_enquiry(actor, reference, lock=True)
    _refuse_sent(draft)
    draft.answers = {**draft.answers, **answers}
    draft.updated_at = timezone.now()
    draft.save(update_fields=["answers", "updated_at"])
    record(DRAFT_SAVED, actor=actor, subject=draft, organisation_id=draft.organisation_id, step=ENQUIRY)
    return draft


@service(ASK)
def discard_enquiry(actor: Actor, reference: str) -> None:
    """Throws it away: an answer was there already. Raises NotFound for another's, Conflict for one that was sent."""
    draft = find_enquiry(actor, reference, lock=True)
    _refuse_sent(draft)
    record(DRAFT_DISCARDED, actor=actor, subject=draft, organisation_id=draft.organisation_id)
    draft.delete()


def find_enquiry(actor: Actor, reference: str, *, lock: bool = False) -> RequestDraft:
    """The draft. Raises NotFound outside the actor's scope (R1), and when its time is over."""
    drafts = RequestDraft.objects.visible_to(actor).filter(reference=reference, journey=ENQUIRY)  # type: ignore[attr-defined]
    drafts = drafts.select_for_update() if lock else drafts
    draft: RequestDraft | None = drafts.filter(expires_at__gt=timezone.now()).first()
    if draft is None:
        raise NotFound
    return draft


def _refuse_sent(draft: RequestDraft) -> None:
    if draft.case_id is not None:
        raise Conflict("This enquiry was sent. You cannot change it any more.")


def _new(enquiry: EnquiryType, answers: dict[str, Any], **columns: Any) -> RequestDraft:
    return RequestDraft.objects.create(
        reference=new_draft_reference(),
        journey=ENQUIRY,
        answers={**answers, TYPE: enquiry.code},
        expires_at=timezone.now() + timedelta(days=policy().durations.draft_days),
        **columns,
    )
