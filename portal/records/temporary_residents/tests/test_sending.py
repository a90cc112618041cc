"""Sending a form: where it goes, what the sender learns, and what is kept of the file (J11, R5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.audit.models import AccessEntry, AuditEvent
from portal.foundation.errors import InvalidInput
from portal.foundation.files import StoredFile
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.finding import Identifiers
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.presenters import sent_facts, sent_row
from portal.records.temporary_residents.rules import form_rules
from portal.records.temporary_residents.services.send_form import SendForm, send_form
from portal.records.temporary_residents.tests.factories import clerk, identifiers, patient_at, send, upload

pytestmark = pytest.mark.django_db


def test_a_form_goes_to_the_practice_where_the_patient_is_registered() -> None:
    sender, receiver = clerk(), clerk()
    form = send(sender, patient_at(receiver.organisation_id))
    assert (form.state, form.destination_id, form.found_by) == ("waiting", receiver.organisation_id, "register")
    assert form.due_on == form_rules().downloaded_by(timezone.localdate())


def test_a_form_of_somebody_unknown_waits_for_the_operator_with_a_clock() -> None:
    form = send(clerk())
    assert (form.state, form.destination_id, form.patient_reference) == ("to_route", None, "")
    assert form.due_on == form_rules().routed_by(timezone.localdate())


def test_the_number_alone_finds_nobody() -> None:
    receiver = clerk()
    patient = patient_at(receiver.organisation_id)
    wrong = Identifiers(number=patient.nhs_number, born_on=date(1999, 1, 1))
    form = send_form(clerk(), SendForm(patient=wrong, upload=upload()))
    assert (form.state, form.destination_id) == ("to_route", None)


def test_the_practice_that_the_sender_names_gets_it_where_nobody_knows_better() -> None:
    sender, named, registered = clerk(), clerk(), clerk()
    assert send(sender, practice=named.organisation_code.lower()).destination_id == named.organisation_id
    known = send(sender, patient_at(registered.organisation_id), practice=named.organisation_code)
    assert (known.destination_id, known.named_id) == (registered.organisation_id, named.organisation_id)


def test_a_practice_where_nobody_would_see_it_does_not_get_it() -> None:
    empty = OrganisationFactory(contractor_type="gp")
    closed = clerk(OrganisationFactory(contractor_type="gp", closed_on=timezone.localdate() - timedelta(days=1)))
    for practice in (empty.id, closed.organisation_id):
        assert send(clerk(), patient_at(practice)).state == "to_route"


def test_the_sender_reads_the_same_whoever_has_it_and_never_which_practice() -> None:
    sender, receiver = clerk(), clerk()
    known, unknown = send(sender, patient_at(receiver.organisation_id)), send(sender)
    shown = [
        (row.state, row.colour, row.next_step, row.may_withdraw, row.since == row.sent_at)
        for row in (sent_row(known), sent_row(unknown))
    ]
    assert shown[0] == shown[1]
    assert receiver.organisation_code not in str(sent_facts(known))
    assert receiver.organisation_name not in str(sent_facts(known))


def test_no_event_that_the_sender_may_read_tells_whether_a_practice_was_found() -> None:
    sender, receiver = clerk(), clerk()
    patient = patient_at(receiver.organisation_id)
    kinds = []
    for known in (patient, None):
        form = send(sender, known)
        own = AuditEvent.objects.filter(subject_reference=form.reference, organisation_id=sender.organisation_id)
        kinds.append([(each.type, each.payload) for each in own])
    assert kinds[0] == kinds[1] == [("temporary_residents.sent", {})]


def test_no_email_is_written_while_the_sender_waits() -> None:
    send(clerk(), patient_at(clerk().organisation_id))
    assert not OutboxMessage.objects.exists()


def test_what_the_file_was_called_is_kept_nowhere() -> None:
    form = send(clerk(), patient_at(clerk().organisation_id))
    assert form.file is not None
    assert form.file.name == f"temporary-resident-form-{form.reference}.pdf"
    rows: list[Any] = [*StoredFile.objects.values(), *AuditEvent.objects.values(), *TemporaryForm.objects.values()]
    assert "ANN" not in str(rows)


def test_the_look_is_in_the_access_log_of_the_registered_practice() -> None:
    receiver = clerk()
    patient = patient_at(receiver.organisation_id)
    send(clerk(), patient)
    entry = AccessEntry.objects.get()
    assert (entry.patient_reference, entry.purpose) == (patient.reference, "handle_form")
    assert entry.patient_organisation_ids == [receiver.organisation_id]


@pytest.mark.parametrize(
    ("number", "born_on", "field"),
    [
        ("999 000 0000", date(1984, 3, 2), "number"),
        ("T247", date(1984, 3, 2), "number"),
        ("", date(2999, 1, 1), "born_on"),
    ],
)
def test_what_cannot_be_true_is_said_beside_its_field(number: str, born_on: date, field: str) -> None:
    given = Identifiers(number=number or identifiers().number, born_on=born_on)
    with pytest.raises(InvalidInput) as error:
        send_form(clerk(), SendForm(patient=given, upload=upload()))
    assert list(error.value.errors) == [field]


def test_a_patient_of_ones_own_is_no_temporary_resident() -> None:
    sender = clerk()
    patient = patient_at(sender.organisation_id)
    with pytest.raises(InvalidInput, match="registered with the practice that sends it"):
        send_form(sender, SendForm(patient=identifiers(patient), upload=upload()))


@pytest.mark.parametrize("code", ["ZZZZZ9", "own", "dentist"])
def test_only_another_open_gp_practice_can_be_named(code: str) -> None:
    sender = clerk()
    dentist = OrganisationFactory(kind="dental_practice", contractor_type="dental")
    typed = {"own": sender.organisation_code, "dentist": dentist.code}.get(code, code)
    with pytest.raises(InvalidInput) as error:
        send_form(sender, SendForm(patient=identifiers(), upload=upload(), practice=typed))
    assert list(error.value.errors) == ["practice"]
