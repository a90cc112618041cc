"""Sending a guided request: the draft becomes a case with a change request, once (J13-J18)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from portal.accounts.api import is_main_contact
from portal.casework.directory_answers import tidy_code
from portal.casework.draft_files import hand_over
from portal.casework.events import CHANGE_REQUESTED
from portal.casework.journeys.journey import DONE, faults_of
from portal.casework.journeys.table import JOURNEYS
from portal.casework.models import Case, ChangeRequest, RequestDraft
from portal.casework.permissions import CHANGE_ORGANISATION, REQUEST_CHANGE
from portal.casework.request_answers import read_answers
from portal.casework.services.keep_draft import find_draft
from portal.casework.services.open_case import OpenCase, start_case
from portal.casework.services.start_request import start_request
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, Refused
from portal.organisations.api import Organisation

COMMISSIONED = frozenset({"closure", "merger", "relocation"})
# Which answer names the organisation that would change, and which the code of a site to be set up.
_CHANGED = {"new_branch": "main_code", "merger": "surviving_code", "new_site": "site_code"}
_SET_UP = frozenset({"new_site", "extend_main_contact", "new_branch"})
_SUBJECTS = {"main_contact": "Portal enquiries: change of Main Contact"}  # the subject the FAQ asks for (F12)


@service(REQUEST_CHANGE)
def submit_request(actor: Actor, draft_reference: str) -> ChangeRequest:
    """Sends the request; a draft that was sent already gives the request it became (two tabs, a double click).

    Raises NotFound for another's draft; Conflict when answers are missing or no longer right, or when the
    address is not confirmed; Refused when only the Main Contact may ask.
    """
    draft = find_draft(actor, draft_reference, lock=True)
    with system_scope():  # the case of a requester is not theirs to see until its own link is followed
        if draft.case_id is not None:
            nothing_changed()
            sent: ChangeRequest = ChangeRequest.objects.select_related("case").get(case_id=draft.case_id)
            return sent
        _check(actor, draft)
        case = _open(actor, draft)
        request = _write_request(actor, draft, case)
        hand_over(draft, case)
        draft.case = case
        draft.updated_at = timezone.now()
        draft.save(update_fields=["case", "updated_at"])
        record(
            CHANGE_REQUESTED,
            actor=actor,
            subject=case,
            organisation_id=case.organisation_id,
            what=request.get_kind_display(),
        )
        return start_request(actor, request)


def _check(actor: Actor, draft: RequestDraft) -> None:
    journey = JOURNEYS[draft.journey]
    if journey.main_contact_only:
        actor.require(CHANGE_ORGANISATION)
    if draft.user_id is None and draft.email_confirmed_at is None:
        raise Refused("Confirm your e-mail address first: open the link that we sent to it.")
    if faults_of(journey, draft):
        raise Conflict("Some answers are missing or no longer right. Go back and look at them again.")


def _open(actor: Actor, draft: RequestDraft) -> Case:
    kind = draft.journey
    command = OpenCase(
        kind=kind, subject=_SUBJECTS.get(kind, JOURNEYS[kind].title), details="", payload={"draft": draft.reference}
    )
    changed = _changed(draft)
    commissioner = _commissioner_of(changed) if kind in COMMISSIONED and changed is not None else None
    return start_case(actor, command, commissioner=commissioner, opened_by_name=draft.answers.get("sender_name", ""))


def _write_request(actor: Actor, draft: RequestDraft, case: Case) -> ChangeRequest:
    kind, answers = draft.journey, _sent_answers(draft)
    changed = _changed(draft)
    read = read_answers(kind, answers)
    asked_by_main_contact = changed is not None and is_main_contact(actor.user_id, organisation_id=changed.id)
    if kind in COMMISSIONED and changed is not None and actor.organisation_id != changed.id:
        raise Refused(f"Ask for this at {changed.name}: choose it under Select Organisation and Address first.")
    return ChangeRequest.objects.create(
        case=case,
        kind=kind,
        organisation=changed,
        subject_code=tidy_code(answers.get("site_code", "")) if kind in _SET_UP else "",
        answers=answers,
        requested_by_id=actor.user_id,
        requested_by_main_contact=asked_by_main_contact,
        effective_on=getattr(read, "effective_on", None),
        short_notice_because=answers.get("short_notice_because", ""),
        commissioner_needed=kind in COMMISSIONED and case.commissioner_id is not None,
        verification_needed=not (kind in COMMISSIONED and asked_by_main_contact),
    )


def _sent_answers(draft: RequestDraft) -> dict[str, Any]:
    """The answers of the steps that apply; what was typed for a step that no longer does is left behind."""
    journey = JOURNEYS[draft.journey]
    kept = {name: value for name, value in draft.answers.items() if name != DONE}
    asked = {step.code for step in journey.steps_for(draft)}
    for step in journey.steps:
        if step.code not in asked and (stem := step.options.get("stem")):
            kept = {name: value for name, value in kept.items() if not name.startswith(f"{stem}_")}
    return kept


def _changed(draft: RequestDraft) -> Organisation | None:
    code = draft.answers.get(_CHANGED.get(draft.journey, "practice_code"), "")
    if draft.journey == "extend_main_contact":  # what changes is the further site
        code = draft.answers.get("site_code", "")
    return Organisation.objects.filter(code=tidy_code(code)).select_related("parent").first()


def _commissioner_of(organisation: Organisation) -> Organisation | None:
    code = organisation.commissioner_code or (organisation.parent.commissioner_code if organisation.parent else "")
    return Organisation.objects.filter(code=code, kind="commissioner").first() if code else None
