"""No form lies unseen: announced, reminded of, taken from a closed practice, and erased in the end (J11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.audit.models import AuditEvent
from portal.foundation.files import StoredFile, vault
from portal.foundation.invariants import all_invariants, find_broken
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.selectors import Narrowed, for_staff, queue
from portal.records.temporary_residents.services.archive_form import archive_form
from portal.records.temporary_residents.services.choose_mail import choose_mail
from portal.records.temporary_residents.services.keep_clock import let_time_pass
from portal.records.temporary_residents.tests.factories import (
    a_form_for,
    actor_of,
    clerk,
    downloaded,
    let_through,
    patient_at,
    router,
    send,
)

pytestmark = pytest.mark.django_db


def _long_ago(form: TemporaryForm, *fields: str, days: int = 90) -> None:
    past = timezone.now() - timedelta(days=days)
    TemporaryForm.objects.filter(id=form.id).update(
        **{field: past.date() if field.endswith("_on") else past for field in fields}
    )


def _mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=f"temporary_residents.{kind}").order_by("id"))


def test_one_email_announces_all_new_forms_of_a_practice_once() -> None:
    receiver = clerk()
    for _ in range(2):
        a_form_for(receiver)
    let_time_pass()
    let_time_pass()
    [mail] = _mails("new_forms")
    assert mail.subject.startswith("2 temporary resident forms for")


def test_the_email_names_no_patient() -> None:
    receiver = clerk()
    form = a_form_for(receiver)
    let_time_pass()
    [mail] = _mails("new_forms")
    assert form.nhs_number not in mail.subject + mail.body
    assert "TESTER" not in mail.subject + mail.body


def test_a_form_is_announced_when_its_file_was_checked() -> None:
    form = send(clerk(), patient_at(clerk().organisation_id), clean=False)
    let_time_pass()
    assert _mails("new_forms") == []
    let_through(form)
    let_time_pass()
    assert len(_mails("new_forms")) == 1


def test_whoever_opted_out_hears_only_the_reminder() -> None:
    site = OrganisationFactory(contractor_type="gp")
    members = [
        MembershipFactory(organisation=site, roles=[role], user__email=f"{role}@example.org")
        for role in ("main_contact", "records_movement_clerk", "read_only")
    ]
    choose_mail(actor_of(members[1]), wants_mail=False)
    form = a_form_for(actor_of(members[0]))
    let_time_pass()
    assert [mail.recipients for mail in _mails("new_forms")] == [["main_contact@example.org"]]
    _long_ago(form, "remind_on")
    let_time_pass()
    let_time_pass()
    assert [sorted(mail.recipients) for mail in _mails("unread_forms")] == [
        ["main_contact@example.org", "records_movement_clerk@example.org"]
    ]


def test_choosing_the_same_again_changes_nothing() -> None:
    person = clerk()
    for wants in (False, False, True):
        choose_mail(person, wants_mail=wants)
    assert AuditEvent.objects.filter(type="temporary_residents.mail_chosen").count() == 2


def test_a_form_that_lies_unread_is_shown_to_the_operator() -> None:
    form = a_form_for(clerk())
    assert queue(router()).overdue == 0
    _long_ago(form, "due_on")
    assert queue(router()).overdue == 1
    assert list(for_staff(router(), Narrowed(group="overdue"))) == [form]


def test_unread_forms_of_a_practice_that_closes_go_back_to_the_operator() -> None:
    receiver = clerk()
    unread, read = a_form_for(receiver), downloaded(receiver)
    yesterday = timezone.localdate() - timedelta(days=1)
    Organisation.objects.filter(id=receiver.organisation_id).update(closed_on=yesterday)
    let_time_pass()
    states = {each.id: each.state for each in TemporaryForm.objects.all()}
    assert states == {unread.id: "to_route", read.id: "downloaded"}
    assert queue(router()).to_route == 1


def test_a_practice_that_the_directory_calls_inactive_has_closed() -> None:
    receiver = clerk()
    a_form_for(receiver)
    Organisation.objects.filter(id=receiver.organisation_id).update(status="closed")
    let_time_pass()
    assert TemporaryForm.objects.get().state == "to_route"


def test_a_refused_file_ends_the_form_and_its_sender_hears_of_it() -> None:
    sender = clerk()
    form = send(sender, patient_at(clerk().organisation_id), clean=False)
    let_through(form, "refused")
    let_time_pass()
    assert TemporaryForm.objects.get().state == "refused"
    [mail] = _mails("file_refused")
    assert form.reference in mail.body
    assert _mails("new_forms") == []


def test_what_was_downloaded_long_ago_is_archived_by_the_portal() -> None:
    form = downloaded(clerk())
    _long_ago(form, "downloaded_at")
    let_time_pass()
    form.refresh_from_db()
    assert form.state == "archived"
    assert form.end_note.startswith("Archived by the portal")


def test_some_days_after_its_end_the_content_goes_and_the_record_stays(
    django_capture_on_commit_callbacks: object,
) -> None:
    receiver = clerk()
    form = downloaded(receiver)
    archive_form(receiver, form.reference)
    assert form.file is not None
    path = vault.path_of(form.file.stored_name)
    let_time_pass()
    assert path.exists()
    _long_ago(form, "ended_at")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        let_time_pass()
    form.refresh_from_db()
    assert (form.file, form.nhs_number, form.born_on) == (None, "", None)
    assert (form.destination_id, form.downloaded_by_name) == (receiver.organisation_id, receiver.name)
    assert not path.exists()
    assert not StoredFile.objects.exists()
    assert AuditEvent.objects.filter(type="temporary_residents.erased").count() == 1


def test_what_must_always_be_true_holds_on_the_way() -> None:
    receiver = clerk()
    archive_form(receiver, downloaded(receiver).reference)
    send(clerk())
    ours = [each for each in all_invariants() if each.code.startswith("temporary_residents.")]
    assert len(ours) == 3
    assert find_broken(ours) == []


def test_an_invariant_finds_a_form_archived_without_a_download() -> None:
    receiver = clerk()
    form = downloaded(receiver)
    form.downloads.all().delete()
    codes = {each.invariant.code for each in find_broken()}
    assert "temporary_residents.archived_was_downloaded_there" in codes


def test_an_invariant_finds_a_form_that_nobody_was_told_of() -> None:
    form = a_form_for(clerk())
    _long_ago(form, "arrived_at", days=3)
    StoredFile.objects.update(scanned_at=timezone.now() - timedelta(days=3))
    codes = {each.invariant.code for each in find_broken()}
    assert "temporary_residents.announced_within_a_day" in codes
