"""The sender takes a form back that nobody has downloaded, such as one with the wrong file (J11)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.records.temporary_residents.events import FORM_TAKEN_BACK, FORM_WITHDRAWN
from portal.records.temporary_residents.locking import lock_sent
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.moving import end
from portal.records.temporary_residents.permissions import HANDLE_FORMS
from portal.records.temporary_residents.states import UNREAD

_TOO_LATE = "The patient's practice has downloaded this form already. Tell us at once if it was a wrong one."


@service(HANDLE_FORMS)
def withdraw_form(actor: Actor, reference: str) -> TemporaryForm:
    """Withdraws it; nobody can download it any more. Raises NotFound, and Conflict once somebody has."""
    form = lock_sent(actor, reference)
    if form.state not in UNREAD:
        raise Conflict(
            _TOO_LATE if form.state in ("downloaded", "archived") else "This form is not under way any more."
        )
    practice_id = form.destination_id
    with system_scope():  # the other practice reads in its own record that a form is gone
        end(actor, form, "withdrawn")
        form.save()
        record(FORM_WITHDRAWN, actor=actor, subject=form, organisation_id=form.sender_id)
        if practice_id is not None:
            why = "The practice that sent it withdrew it"
            record(FORM_TAKEN_BACK, actor=actor, subject=form, organisation_id=practice_id, why=why)
    return form
