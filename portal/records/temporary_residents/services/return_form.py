"""A practice says that a form is not about a patient of its own: the operator finds the right one (J11)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.files.names import holds_nhs_number
from portal.foundation.outbox.queue import queue_email
from portal.records.temporary_residents.events import FORM_RETURNED
from portal.records.temporary_residents.locking import lock_received
from portal.records.temporary_residents.messages import form_returned
from portal.records.temporary_residents.models import FormReturn, TemporaryForm
from portal.records.temporary_residents.models.temporary_form import RETURN_REASONS
from portal.records.temporary_residents.moving import take_from_practice
from portal.records.temporary_residents.permissions import HANDLE_FORMS


@service(HANDLE_FORMS)
def return_form(actor: Actor, reference: str, reason: str, note: str = "") -> TemporaryForm:
    """Returns it; the practice sees it no more, and the operator's staff hear of it at once.

    Raises NotFound, InvalidInput for a reason that is not in the table or a note with an NHS number, and Conflict
    when it is archived.
    """
    if reason not in RETURN_REASONS:
        raise InvalidInput({"reason": "Choose why you return it."})
    if holds_nhs_number(note):
        raise InvalidInput({"note": "Leave out the NHS number."})
    form = lock_received(actor, reference)
    if form.state == "archived":
        raise Conflict(f"{form.ended_by_name} has archived this form. Ask us if it was not about your patient.")
    with system_scope():  # from here on the row is no longer the practice's
        take_from_practice(actor, form, "returned")
        form.save()
        FormReturn.objects.create(
            form=form,
            organisation_id=actor.organisation_id,
            reason=reason,
            note=note.strip(),
            returned_by_name=actor.name,
        )
        record(
            FORM_RETURNED, actor=actor, subject=form, organisation_id=actor.organisation_id, why=RETURN_REASONS[reason]
        )
        queue_email(form_returned(form))
    return form
