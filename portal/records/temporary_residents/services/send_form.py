"""A practice sends the form of somebody who was with it for a short time (J11).

What it is told is the same whether the registrations know the patient or not, and never names a practice: to learn
where somebody is registered, a thief would otherwise only need to send a page of nonsense.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.access_log import looked
from portal.foundation.errors import InvalidInput
from portal.foundation.files import CheckedUpload, store_upload
from portal.organisations.api import Organisation
from portal.records.finding import Identifiers, find_patient
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.nhs_number import WrongNumber, split_number
from portal.records.temporary_residents.events import FORM_ARRIVED, FORM_SENT
from portal.records.temporary_residents.models import PaperBag, TemporaryForm
from portal.records.temporary_residents.models.temporary_form import FOUND_BY
from portal.records.temporary_residents.moving import give_to
from portal.records.temporary_residents.permissions import HANDLE_FORMS
from portal.records.temporary_residents.places import can_receive, practice_named
from portal.records.temporary_residents.reference import new_form_reference
from portal.records.temporary_residents.rules import form_rules


@dataclass(frozen=True, kw_only=True)
class SendForm:
    """One PDF about one patient. ``practice`` is the code that the patient named as their practice's, or ''."""

    patient: Identifiers
    upload: CheckedUpload
    practice: str = ""


@service(HANDLE_FORMS)
def send_form(actor: Actor, command: SendForm) -> TemporaryForm:
    """Sends it to the practice where the patient is registered; the operator looks for one that is not known.

    Raises InvalidInput for a number that no patient has, a practice that is none, and a patient of the sender's own.
    """
    with system_scope():  # where the patient is registered must not show, neither in the answer nor in what is read
        return take_form_in(actor, command, sender=Organisation.objects.get(id=actor.organisation_id))


def take_form_in(
    actor: Actor, command: SendForm, *, sender: Organisation, bag: PaperBag | None = None
) -> TemporaryForm:
    """The part of it that the hub shares, for forms that came in a ``bag``; the caller may see every row."""
    number = _nhs_number(command.patient)
    named = _practice_named(sender, command.practice)
    patient = find_patient(command.patient)
    practice, found_by = _destination(sender, patient, named)
    form = TemporaryForm(
        reference=new_form_reference(),
        sender=sender,
        sent_by_name=actor.name,
        named=named,
        patient_reference=patient.reference if patient else "",
        nhs_number=number,
        born_on=command.patient.born_on,
        bag=bag,
        due_on=form_rules().routed_by(timezone.localdate()),
    )
    # The name that the file had may name the patient: it ends here.
    content = replace(command.upload, name=f"temporary-resident-form-{form.reference}.pdf")
    form.file = store_upload(content, purpose="records.temporary_form")
    if practice is not None:
        give_to(actor, form, practice, found_by)
    form.save(force_insert=True)
    looked(actor, [form.patient_reference or form.reference], purpose="handle_form", page="temporary:send")
    record(FORM_SENT, actor=actor, subject=form, organisation_id=form.sender_id)
    if practice is not None:
        record(FORM_ARRIVED, actor=actor, subject=form, organisation_id=practice.id, how=FOUND_BY[found_by])
    return form


def _nhs_number(given: Identifiers) -> str:
    try:
        number, _ = split_number(given.number)
    except WrongNumber:
        raise InvalidInput({"number": "Check the NHS number: its last digit does not fit the others."}) from None
    if not number:
        raise InvalidInput(
            {"number": "Enter the patient's own NHS number, ten digits. Send the form on paper without."}
        )
    if given.born_on > timezone.localdate():
        raise InvalidInput({"born_on": "Enter a date of birth that is in the past."})
    return number


def _practice_named(sender: Organisation, code: str) -> Organisation | None:
    if not code.strip():
        return None
    named = practice_named(code)
    if named.id == sender.id:
        raise InvalidInput({"practice": "This practice sends the form. Enter the one where the patient is registered."})
    return named


def _destination(
    sender: Organisation, patient: RegisteredPatient | None, named: Organisation | None
) -> tuple[Organisation | None, str]:
    """The practice that gets it, and who named it; the registrations know better than a patient far from home."""
    registered = patient.registered_at if patient else None
    if registered is not None and registered.id == sender.id:
        raise InvalidInput(
            {"number": "This patient is registered with the practice that sends it. The form stays there."}
        )
    for practice, found_by in ((registered, "register"), (named, "sender")):
        if practice is not None and can_receive(practice):
            return practice, found_by
    return None, ""
