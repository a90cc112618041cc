"""Temporary residents' forms for tests, made by the services that make real ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor, system_actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.files import CheckedUpload, StoredFile
from portal.foundation.files.limits import PDF
from portal.foundation.files.tests.making import pdf
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.finding import Identifiers
from portal.records.registrations.models import RegisteredPatient
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.permissions import ROUTE_FORMS
from portal.records.temporary_residents.services.download_form import download_form
from portal.records.temporary_residents.services.send_form import SendForm, send_form
from portal.records.tests.factories import a_patient, nhs_number

BORN = date(1984, 3, 2)
CLOCK = system_actor("The clock", ROUTE_FORMS)


def clerk(organisation: Organisation | None = None, *, name: str = "Kofi Mensah") -> Actor:
    """Somebody who handles forms at a practice, and is a member there."""
    membership = MembershipFactory(
        organisation=organisation or OrganisationFactory(contractor_type="gp"), roles=["records_movement_clerk"]
    )
    return actor_of(membership, name)


def actor_of(membership: Any, name: str = "Kofi Mensah") -> Actor:
    """The actor that a request of this member would have."""
    where = membership.organisation
    return Actor(
        name=name, audience="contractor", user_id=membership.user_id, organisation_id=where.id,
        organisation_code=where.code, organisation_name=where.name, contractor_type=where.contractor_type,
        permissions=permissions_of(["records_movement_clerk"]),
    )  # fmt: skip


def router() -> Actor:
    """Somebody of the operator who finds practices."""
    return Actor(name="Rita Lowe", audience="staff", permissions=permissions_of(["records_operator"]))


def upload(name: str = "ANN TESTER 999 123 4567.pdf") -> CheckedUpload:
    """What the page's field gives for a PDF."""
    return CheckedUpload(name, PDF, pdf(link=""))


def patient_at(practice: Organisation | int | None, **values: Any) -> RegisteredPatient:
    """A patient who is registered there."""
    where = practice if isinstance(practice, int) or practice is None else practice.id
    return a_patient(**{"born_on": BORN, "registered_at_id": where, **values})


def identifiers(patient: RegisteredPatient | None = None) -> Identifiers:
    """How a practice names the patient; without one, a number that the registrations do not know."""
    if patient is None:
        return Identifiers(number=nhs_number(987_650), born_on=BORN)
    return Identifiers(number=patient.nhs_number, born_on=patient.born_on or BORN)


def send(
    sender: Actor, patient: RegisteredPatient | None = None, *, practice: str = "", clean: bool = True
) -> TemporaryForm:
    """A form that ``sender`` sends; its file has passed the virus scanner unless told otherwise."""
    form = send_form(sender, SendForm(patient=identifiers(patient), upload=upload(), practice=practice))
    if clean:
        let_through(form)
    return form


def let_through(form: TemporaryForm, state: str = "clean") -> None:
    """The virus scanner has spoken."""
    StoredFile.objects.filter(id=form.file_id).update(
        state=state, scanner="test", scanned_at=timezone.now(), refused_because="" if state == "clean" else "a virus"
    )
    form.refresh_from_db()


def a_form_for(receiver: Actor, sender: Actor | None = None) -> TemporaryForm:
    """A form that waits at ``receiver``."""
    return send(sender or clerk(name="Ann Away"), patient_at(receiver.organisation_id))


def downloaded(receiver: Actor) -> TemporaryForm:
    """A form that ``receiver`` has downloaded."""
    form = a_form_for(receiver)
    download_form(receiver, form.reference)
    form.refresh_from_db()
    return form
