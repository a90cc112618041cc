"""Somebody at the patient's practice downloads a form: a look at the patient, kept with its purpose (J11, R2)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.audit.access_log import looked
from portal.foundation.errors import Conflict
from portal.foundation.files import StoredFile, check_content
from portal.records.temporary_residents.events import FORM_DOWNLOADED, FORM_OPENED
from portal.records.temporary_residents.locking import lock_form, lock_received
from portal.records.temporary_residents.models import FormDownload, TemporaryForm
from portal.records.temporary_residents.permissions import HANDLE_FORMS, ROUTE_FORMS
from portal.records.temporary_residents.states import TEMPORARY_FORM, TO_ROUTE

_PURPOSE = "handle_form"


@service(HANDLE_FORMS)
def download_form(actor: Actor, reference: str) -> StoredFile:
    """Notes who downloads it and when, and returns the file; the first download lets the practice archive it.

    Raises NotFound, and Conflict for the sender, an archived form, and a file that cannot be handed out.
    """
    form = lock_received(actor, reference)
    if form.state == "archived":
        raise Conflict("This form is archived, so it cannot be downloaded any more. Ask us if you need it again.")
    stored = _content(form)
    if form.state == "waiting":
        TEMPORARY_FORM.check(actor, form.state, "downloaded")
        form.state, form.state_since, form.due_on, form.remind_on = "downloaded", timezone.now(), None, None
        form.downloaded_at, form.downloaded_by_name = form.state_since, actor.name
        form.save()
    _note(actor, form, actor.organisation_id)
    record(FORM_DOWNLOADED, actor=actor, subject=form, organisation_id=form.destination_id)
    return stored


@service(ROUTE_FORMS)
def open_form(actor: Actor, reference: str) -> StoredFile:
    """The operator opens a form whose practice must be found. Raises NotFound, and Conflict for any other form."""
    form = lock_form(actor, reference)
    if form.state not in TO_ROUTE:
        raise Conflict("Somebody has this form: you open only those whose practice must be found.")
    stored = _content(form)
    _note(actor, form, None)
    record(FORM_OPENED, actor=actor, subject=form)
    return stored


def _content(form: TemporaryForm) -> StoredFile:
    """The file, seen to be whole, so that nobody is said to have downloaded what they did not get."""
    if form.file is None:
        raise Conflict("The content of this form was deleted.")
    check_content(form.file)
    return form.file


def _note(actor: Actor, form: TemporaryForm, organisation_id: int | None) -> None:
    FormDownload.objects.create(
        form=form, organisation_id=organisation_id, actor_user_id=actor.user_id, actor_name=actor.name
    )
    looked(actor, [form.patient_reference or form.reference], purpose=_PURPOSE, page="temporary:download")
