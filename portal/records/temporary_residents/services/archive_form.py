"""A practice has taken a form over into its own record: it leaves the list (J11)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.records.temporary_residents.events import FORM_ARCHIVED
from portal.records.temporary_residents.locking import lock_received
from portal.records.temporary_residents.models import FormDownload, TemporaryForm
from portal.records.temporary_residents.moving import end
from portal.records.temporary_residents.permissions import HANDLE_FORMS


@service(HANDLE_FORMS)
def archive_form(actor: Actor, reference: str) -> TemporaryForm:
    """Archives it. Raises NotFound, and Conflict when nobody at the practice has downloaded it, or it is archived."""
    form = lock_received(actor, reference)
    if form.state == "archived":
        raise Conflict(f"{form.ended_by_name} has archived this form already.")
    if not FormDownload.objects.filter(form=form, organisation_id=actor.organisation_id).exists():
        raise Conflict("Download the form first, and save it in your own system. Then archive it.")
    end(actor, form, "archived")
    form.save()
    record(FORM_ARCHIVED, actor=actor, subject=form, organisation_id=form.destination_id)
    return form
