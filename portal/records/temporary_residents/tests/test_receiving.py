"""Downloading, archiving, returning and withdrawing a form (J11)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AccessEntry, AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.files import vault
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OperatorFactory
from portal.records.temporary_residents.models import FormDownload, FormReturn, TemporaryForm
from portal.records.temporary_residents.presenters import sent_row
from portal.records.temporary_residents.services.archive_form import archive_form
from portal.records.temporary_residents.services.download_form import download_form, open_form
from portal.records.temporary_residents.services.return_form import return_form
from portal.records.temporary_residents.services.route_form import post_form, route_form, take_form_back
from portal.records.temporary_residents.services.withdraw_form import withdraw_form
from portal.records.temporary_residents.tests.factories import (
    a_form_for,
    clerk,
    downloaded,
    let_through,
    patient_at,
    router,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


def test_a_download_is_kept_with_who_and_when_and_why() -> None:
    receiver = clerk()
    form = a_form_for(receiver)
    stored = download_form(receiver, form.reference)
    form.refresh_from_db()
    assert stored == form.file
    assert (form.state, form.downloaded_by_name, form.due_on) == ("downloaded", receiver.name, None)
    assert [each.actor_name for each in FormDownload.objects.all()] == [receiver.name]
    looks = AccessEntry.objects.filter(organisation_id=receiver.organisation_id)
    assert [(each.patient_reference, each.purpose) for each in looks] == [(form.patient_reference, "handle_form")]


def test_a_second_download_is_kept_too_and_the_first_stays_the_first() -> None:
    receiver = clerk()
    form = downloaded(receiver)
    first = form.downloaded_at
    download_form(receiver, form.reference)
    form.refresh_from_db()
    assert (form.downloaded_at, FormDownload.objects.count()) == (first, 2)


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_nobody_is_said_to_have_downloaded_what_cannot_be_handed_out(state: str) -> None:
    receiver = clerk()
    form = send(clerk(), patient_at(receiver.organisation_id), clean=False)
    if state == "refused":
        let_through(form, "refused")
    with pytest.raises(Conflict):
        download_form(receiver, form.reference)
    form.refresh_from_db()
    assert (form.state, FormDownload.objects.count()) == ("waiting", 0)


def test_a_file_whose_bytes_are_gone_counts_as_no_download() -> None:
    receiver = clerk()
    form = a_form_for(receiver)
    assert form.file is not None
    vault.path_of(form.file.stored_name).unlink()
    with pytest.raises(Conflict, match="cannot be read"):
        download_form(receiver, form.reference)
    assert TemporaryForm.objects.get().state == "waiting"


def test_archiving_needs_a_download_and_ends_the_form() -> None:
    receiver = clerk()
    form = a_form_for(receiver)
    with pytest.raises(Conflict, match="Download the form first"):
        archive_form(receiver, form.reference)
    download_form(receiver, form.reference)
    archive_form(receiver, form.reference)
    form.refresh_from_db()
    assert (form.state, form.ended_by_name) == ("archived", receiver.name)
    with pytest.raises(Conflict, match="archived"):
        download_form(receiver, form.reference)
    with pytest.raises(Conflict, match="has archived this form already"):
        archive_form(receiver, form.reference)


def test_the_database_archives_nothing_that_nobody_downloaded() -> None:
    form = a_form_for(clerk())
    with pytest.raises(IntegrityError), transaction.atomic():
        TemporaryForm.objects.filter(id=form.id).update(state="downloaded")
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        TemporaryForm.objects.filter(id=form.id).update(state="archived")


def test_a_return_takes_the_form_away_and_tells_the_operator() -> None:
    MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"], user__email="rita@example.org")
    sender, receiver = clerk(), clerk()
    form = a_form_for(receiver, sender)
    return_form(receiver, form.reference, "never_ours", "Try the practice in Hale.")
    form.refresh_from_db()
    assert (form.state, form.destination_id) == ("returned", None)
    assert form.reference in OutboxMessage.objects.get(recipients=["rita@example.org"]).body
    assert sent_row(form).state == "Returned: we find the right practice"
    with pytest.raises(NotFound):
        download_form(receiver, form.reference)


@pytest.mark.parametrize(("reason", "note"), [("because", ""), ("left", "It is 999 000 0018")])
def test_a_return_says_why_and_names_no_number(reason: str, note: str) -> None:
    receiver = clerk()
    form = a_form_for(receiver)
    with pytest.raises(InvalidInput):
        return_form(receiver, form.reference, reason, note)


def test_a_returned_form_goes_on_to_another_practice_and_must_be_downloaded_there() -> None:
    first, second = clerk(), clerk()
    form = downloaded(first)
    return_form(first, form.reference, "left")
    with pytest.raises(InvalidInput, match="has returned the form already"):
        route_form(router(), form.reference, first.organisation_code)
    route_form(router(), form.reference, second.organisation_code)
    form.refresh_from_db()
    assert (form.state, form.destination_id, form.found_by) == ("waiting", second.organisation_id, "operator")
    with pytest.raises(Conflict, match="Download the form first"):
        archive_form(second, form.reference)
    assert FormReturn.objects.get().organisation_id == first.organisation_id


def test_an_archived_form_is_not_returned() -> None:
    receiver = clerk()
    form = downloaded(receiver)
    archive_form(receiver, form.reference)
    with pytest.raises(Conflict, match="has archived this form"):
        return_form(receiver, form.reference, "left")


def test_the_sender_withdraws_what_nobody_has_downloaded() -> None:
    sender, receiver = clerk(), clerk()
    form = a_form_for(receiver, sender)
    withdraw_form(sender, form.reference)
    with pytest.raises(NotFound):
        download_form(receiver, form.reference)
    other = a_form_for(receiver, sender)
    download_form(receiver, other.reference)
    with pytest.raises(Conflict, match="has downloaded this form already"):
        withdraw_form(sender, other.reference)


def test_sender_and_receiver_cannot_do_what_is_the_others() -> None:
    sender, receiver = clerk(), clerk()
    form = a_form_for(receiver, sender)
    for act in (download_form, archive_form):
        with pytest.raises(Conflict, match="Your practice sent this form"):
            act(sender, form.reference)
    with pytest.raises(Conflict, match="Your practice sent this form"):
        return_form(sender, form.reference, "left")
    with pytest.raises(Conflict, match="Another practice sent this form"):
        withdraw_form(receiver, form.reference)


def test_a_third_practice_sees_nothing() -> None:
    form, third = a_form_for(clerk()), clerk()
    for act in (download_form, archive_form, withdraw_form):
        with pytest.raises(NotFound):
            act(third, form.reference)


def test_the_second_wall_shows_each_practice_its_own() -> None:
    sender, receiver, third = clerk(), clerk(), clerk()
    form = a_form_for(receiver, sender)
    download_form(receiver, form.reference)
    seen = []
    for actor in (sender, receiver, third):
        set_scope("contractor", actor.organisation_id)
        seen.append((TemporaryForm.objects.count(), FormDownload.objects.count()))
    set_scope("system")
    assert seen == [(1, 0), (1, 1), (0, 0)]


def test_the_operator_opens_only_what_it_must_route() -> None:
    waiting, unknown = a_form_for(clerk()), send(clerk())
    with pytest.raises(Conflict, match="Somebody has this form"):
        open_form(router(), waiting.reference)
    assert open_form(router(), unknown.reference) == unknown.file
    assert FormDownload.objects.get().organisation is None


def test_the_operator_posts_what_it_has_printed() -> None:
    sender = clerk()
    form = send(sender)
    with pytest.raises(Conflict, match="Open the form first"):
        post_form(router(), form.reference, "Hale Surgery")
    open_form(router(), form.reference)
    post_form(router(), form.reference, "Hale Surgery")
    form.refresh_from_db()
    assert (form.state, sent_row(form).state) == ("posted", "Sent on by us on paper")
    for_sender = AuditEvent.objects.filter(subject_reference=form.reference, organisation_id=sender.organisation_id)
    assert "Hale" not in str([each.payload for each in for_sender])


def test_the_operator_takes_back_what_nobody_downloads() -> None:
    receiver = clerk()
    form = a_form_for(receiver)
    take_form_back(router(), form.reference, "Nobody answers the telephone")
    form.refresh_from_db()
    assert (form.state, form.destination_id) == ("to_route", None)
    with pytest.raises(Conflict):
        take_form_back(router(), downloaded(receiver).reference, "Too late")


@pytest.mark.parametrize("code", ["sender", "nobody"])
def test_a_form_is_not_routed_to_its_sender_nor_where_nobody_is(code: str) -> None:
    from portal.organisations.tests.factories import OrganisationFactory

    sender = clerk()
    form = send(sender)
    codes = {"sender": sender.organisation_code, "nobody": OrganisationFactory(contractor_type="gp").code}
    with pytest.raises(InvalidInput):
        route_form(router(), form.reference, codes[code])
