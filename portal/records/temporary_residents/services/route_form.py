"""The operator finds the practice of a form, takes one back that nobody downloads, or sends it on paper (J11)."""

from __future__ import annotations

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.files.names import holds_nhs_number
from portal.records.temporary_residents.events import FORM_ARRIVED, FORM_POSTED, FORM_TAKEN_BACK
from portal.records.temporary_residents.locking import lock_form
from portal.records.temporary_residents.models import FormReturn, TemporaryForm
from portal.records.temporary_residents.models.temporary_form import FOUND_BY
from portal.records.temporary_residents.moving import end, give_to, take_from_practice
from portal.records.temporary_residents.permissions import ROUTE_FORMS
from portal.records.temporary_residents.places import can_receive, practice_named
from portal.records.temporary_residents.states import TO_ROUTE


@service(ROUTE_FORMS)
def route_form(actor: Actor, reference: str, code: str) -> TemporaryForm:
    """Gives the form to the practice with this code.

    Raises NotFound, Conflict when it is with somebody, and InvalidInput for a practice that cannot have it: closed,
    without anybody who uses the portal, the sender itself, or one that has returned it.
    """
    form = lock_form(actor, reference)
    if form.state not in TO_ROUTE:
        raise Conflict(f"Somebody was here first: {form.state_label.lower()}.")
    practice = practice_named(code)
    if practice.id == form.sender_id:
        raise InvalidInput({"practice": "This practice sent the form. Enter the one where the patient is registered."})
    if FormReturn.objects.filter(form=form, organisation=practice).exists():
        raise InvalidInput({"practice": "This practice has returned the form already. Call it before you go on."})
    if not can_receive(practice):
        raise InvalidInput({"practice": "Nobody at this practice uses the portal. Send the form on paper."})
    give_to(actor, form, practice, "operator")
    form.save()
    record(FORM_ARRIVED, actor=actor, subject=form, organisation_id=practice.id, how=FOUND_BY["operator"])
    return form


@service(ROUTE_FORMS)
def take_form_back(actor: Actor, reference: str, why: str) -> TemporaryForm:
    """Takes back a form that nobody has downloaded. Raises NotFound, Conflict, InvalidInput without a reason."""
    why = _said(why, "why", "Say why you take it back.")
    form = lock_form(actor, reference)
    practice_id = form.destination_id
    take_from_practice(actor, form, "to_route")
    form.save()
    record(FORM_TAKEN_BACK, actor=actor, subject=form, organisation_id=practice_id, why=why)
    return form


@service(ROUTE_FORMS)
def post_form(actor: Actor, reference: str, where: str) -> TemporaryForm:
    """The form was printed and sent by post. Raises NotFound, Conflict, InvalidInput without saying where to."""
    where = _said(where, "where", "Say to which practice you sent it.")
    form = lock_form(actor, reference)
    if not form.downloads.filter(organisation=None).exists():
        raise Conflict("Open the form first, and print it.")
    end(actor, form, "posted", where)
    form.save()
    record(FORM_POSTED, actor=actor, subject=form, where=where)  # the operator's: the sender is not told where
    return form


def _said(words: str, field: str, sentence: str) -> str:
    if not words.strip():
        raise InvalidInput({field: sentence})
    if holds_nhs_number(words):
        raise InvalidInput({field: "Leave out the NHS number."})
    return words.strip()
