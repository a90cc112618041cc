"""A guided request while it is filled in: begun, saved page by page, thrown away (J13-J18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.casework import messages
from portal.casework.draft_files import keep_files, throw_away
from portal.casework.email_links import issue_link
from portal.casework.events import DRAFT_DISCARDED, DRAFT_SAVED, DRAFT_STARTED
from portal.casework.forms.requests.places import known_details
from portal.casework.journeys.journey import DONE, Journey
from portal.casework.models import DraftFile, RequestDraft
from portal.casework.permissions import CHANGE_ORGANISATION, REQUEST_CHANGE
from portal.casework.policy import policy
from portal.casework.reference import new_draft_reference
from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, NotFound
from portal.foundation.files import CheckedUpload
from portal.foundation.outbox.queue import queue_emails
from portal.organisations.api import organisation_with_code

# The code that is the own organisation's in each request, so that nobody types what we know (F16, F18).
_OWN_CODE = {
    "main_contact": "practice_code",
    "extend_main_contact": "practice_code",
    "new_branch": "main_code",
    "merger": "surviving_code",
    "closure": "practice_code",
    "relocation": "practice_code",
    "lost_factor": "practice_code",
}


@service(REQUEST_CHANGE)
def start_draft(actor: Actor, journey: Journey) -> RequestDraft:
    """Begins a request of the actor's organisation, with everything filled in that is known.

    Raises Refused when only the Main Contact may ask for it.
    """
    if journey.main_contact_only:
        actor.require(CHANGE_ORGANISATION)
    organisation = organisation_with_code(actor.organisation_code)
    answers: dict[str, Any] = {"sender_name": actor.name, "sender_email": actor.email}
    if field := _OWN_CODE.get(journey.code):
        # The page about the place is not counted as answered: the directory may be wrong, and is looked at once.
        answers |= {field: organisation.code, DONE: [field.replace("_", "-")]}
        answers |= known_details(field.removesuffix("_code"), organisation)
    if journey.code == "extend_main_contact" and actor.can(CHANGE_ORGANISATION):
        answers |= {"nominee_email": actor.email}
    draft = _new_draft(journey, user_id=actor.user_id, organisation_id=actor.organisation_id, answers=answers)
    record(DRAFT_STARTED, actor=actor, subject=draft, organisation_id=draft.organisation_id, journey=journey.title)
    return draft


@service(REQUEST_CHANGE)
def start_draft_by_email(actor: Actor, journey: Journey) -> RequestDraft:
    """Begins a request of somebody without account, and mails the link without which it cannot go on."""
    if not journey.without_account:
        raise Conflict("Only the Main Contact can ask for this. Sign in to go on.")
    with system_scope():  # a requester sees a draft only after following its link
        draft = _new_draft(journey, email=actor.email, answers={"sender_name": actor.name, "sender_email": actor.email})
        record(DRAFT_STARTED, actor=actor, subject=draft, journey=journey.title)
        queue_emails([messages.draft_started(draft, journey, issue_link("draft", draft.reference, actor.email))])
    return draft


@service(REQUEST_CHANGE)
def save_step(
    actor: Actor,
    reference: str,
    step: str,
    answers: dict[str, Any],
    uploads: Mapping[str, CheckedUpload] | None = None,
) -> RequestDraft:
    """Keeps the answers and files of one page. Raises NotFound for another's draft, Conflict for one that was sent."""
    draft = lock_draft(actor, reference)
    answers = {**answers, **keep_files(draft, uploads or {})}
    done = [code for code in draft.answers.get(DONE, []) if code != step]
    draft.answers = {**draft.answers, **answers, DONE: [*done, step]}
    draft.updated_at = timezone.now()
    draft.save(update_fields=["answers", "updated_at"])
    record(DRAFT_SAVED, actor=actor, subject=draft, organisation_id=draft.organisation_id, step=step)
    return draft


@service(REQUEST_CHANGE)
def discard_draft(actor: Actor, reference: str) -> None:
    """Throws the request away. Raises NotFound for another's, Conflict for one that was sent."""
    draft = lock_draft(actor, reference)
    record(DRAFT_DISCARDED, actor=actor, subject=draft, organisation_id=draft.organisation_id)
    throw_away(DraftFile.objects.filter(draft=draft))
    draft.delete()


def lock_draft(actor: Actor, reference: str) -> RequestDraft:
    """The draft, locked. Raises NotFound outside the actor's scope, Conflict when it was sent already."""
    draft = find_draft(actor, reference, lock=True)
    if draft.case_id is not None:
        raise Conflict("This request was sent. You cannot change it any more. Write to us about it on its own page.")
    return draft


def find_draft(actor: Actor, reference: str, *, lock: bool = False) -> RequestDraft:
    """The draft. Raises NotFound outside the actor's scope (R1), and when its time is over."""
    drafts = RequestDraft.objects.visible_to(actor).filter(reference=reference).exclude(journey="enquiry")  # type: ignore[attr-defined]
    drafts = drafts.select_for_update() if lock else drafts
    draft: RequestDraft | None = drafts.filter(expires_at__gt=timezone.now()).first()
    if draft is None:
        raise NotFound
    return draft


def _new_draft(journey: Journey, **columns: Any) -> RequestDraft:
    return RequestDraft.objects.create(
        reference=new_draft_reference(),
        journey=journey.code,
        expires_at=timezone.now() + timedelta(days=policy().durations.draft_days),
        **columns,
    )
