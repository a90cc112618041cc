"""What every change of a form begins with."""

from __future__ import annotations

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, NotFound
from portal.records.temporary_residents.models import TemporaryForm


def lock_form(actor: Actor, reference: str) -> TemporaryForm:
    """One form, locked. Raises NotFound outside the actor's scope (R1)."""
    rows = TemporaryForm.objects.visible_to(actor).select_for_update(of=("self",))  # type: ignore[attr-defined]
    form: TemporaryForm | None = rows.filter(reference=reference).first()
    if form is None:
        raise NotFound
    return form


def lock_received(actor: Actor, reference: str) -> TemporaryForm:
    """One form that the actor's practice has, locked. Raises NotFound, and Conflict for the practice that sent it."""
    form = lock_form(actor, reference)
    if form.destination_id is None or form.destination_id != actor.organisation_id:
        raise Conflict("Your practice sent this form. Only the practice that it is for can do this.")
    return form


def lock_sent(actor: Actor, reference: str) -> TemporaryForm:
    """One form that the actor's practice sent, locked. Raises NotFound, and Conflict for the practice that has it."""
    form = lock_form(actor, reference)
    if form.sender_id != actor.organisation_id:
        raise Conflict("Another practice sent this form. Return it if it is not about a patient of yours.")
    return form
