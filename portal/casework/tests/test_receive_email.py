"""An e-mail finds its case, or opens one; it never does more than its sender may (J20, J22, R1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.mail_in.message import Envelope, IncomingAttachment, IncomingMessage, MailRefused
from portal.casework.mail_in.reading import MAILBOX
from portal.casework.models import Case, EmailLink, EmailReceived, Message
from portal.casework.services.receive_email import receive_email
from portal.casework.services.work_case import answer_case, close_case, take_case, wait_for
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.foundation.audit.models import AuditEvent
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _our_address(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "portal@portal.example"


def _mail(sender: str = "asha@practice.example", *, text: str = "Hello", **details: object) -> IncomingMessage:
    """An e-mail that was understood; ``details`` of the envelope and of the message."""
    of_message = {name: details.pop(name) for name in ("attachments", "case_reference") if name in details}
    key = f"{EmailReceived.objects.count()}@example.org"
    envelope = {"key": key, "message_id": key, "sender": sender, "subject": "A question", **details}
    return IncomingMessage(envelope=Envelope(**envelope), text=text, **of_message)  # type: ignore[arg-type]


def _receive(incoming: IncomingMessage | MailRefused) -> EmailReceived:
    return receive_email(MAILBOX, incoming)


def _member() -> Membership:
    member: Membership = MembershipFactory(roles=["supplies_order_clerk"])
    return member


def _closed(member: Membership) -> Case:
    case = opened(reporter(member))
    answer_case(agent(), case.reference, "It is on its way.")
    return close_case(reporter(member), case.reference)


def test_a_question_opens_an_enquiry_and_its_sender_gets_a_link() -> None:
    received = _receive(_mail(sender_name="Asha Patel", subject="Re: Fw: Where are my forms?"))
    case = received.case
    assert case is not None
    assert (case.kind, case.channel, case.queue, case.subject) == (
        "enquiry",
        "email",
        "support",
        "Where are my forms?",
    )
    assert (case.opened_by_name, case.opened_by_email, case.organisation_id) == (
        "Asha Patel",
        "asha@practice.example",
        None,
    )
    answer = OutboxMessage.objects.get()
    assert (answer.recipients, answer.about, received.acknowledged) == (["asha@practice.example"], case.reference, True)
    assert case.reference in answer.body and "Hello" not in answer.body
    assert EmailLink.objects.get().subject == case.reference


def test_the_address_of_one_contractor_s_member_opens_a_case_of_that_contractor() -> None:
    member = _member()
    case = _receive(_mail(member.user.email.upper().lower())).case
    assert case is not None and case.organisation_id == member.organisation_id
    answer = OutboxMessage.objects.get()
    assert f"/o/{member.organisation.code}/" in answer.body
    assert not EmailLink.objects.exists()


def test_the_address_of_several_or_of_staff_opens_a_case_of_nobody_s() -> None:
    member = _member()
    MembershipFactory(user=member.user)
    for address in (member.user.email, staff_member().user.email):
        case = _receive(_mail(address)).case
        assert case is not None and case.organisation_id is None


def test_a_member_whose_time_is_over_opens_a_case_of_nobody_s() -> None:
    member = _member()
    Membership.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    case = _receive(_mail(member.user.email)).case
    assert case is not None and case.organisation_id is None


def test_an_answer_joins_the_case_and_its_owner_sees_it_today() -> None:
    member = _member()
    case = opened(reporter(member))
    take_case(agent(), case.reference)
    received = _receive(_mail(member.user.email, text="Two boxes", case_reference=case.reference))
    case.refresh_from_db()
    assert (received.outcome, received.case, received.acknowledged) == ("joined", case, False)
    assert (case.state, case.next_action_on) == ("in_progress", timezone.localdate())
    message = Message.objects.get()
    assert (message.side, message.channel, message.internal, message.body) == ("requester", "email", False, "Two boxes")
    assert message.email_message_id == received.message_id
    assert AuditEvent.objects.filter(type="casework.email_joined", subject_reference=case.reference).exists()


def test_a_colleague_who_may_read_the_case_may_answer() -> None:
    member = _member()
    colleague = MembershipFactory(organisation=member.organisation, roles=["main_contact"])
    case = opened(reporter(member))
    assert _receive(_mail(colleague.user.email, case_reference=case.reference)).outcome == "joined"


def test_who_has_left_the_organisation_is_a_stranger_to_its_cases() -> None:
    member = _member()
    case = opened(reporter(member))
    Membership.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert _receive(_mail(member.user.email, case_reference=case.reference)).outcome == "opened"


def test_who_was_only_told_of_a_change_is_a_stranger_and_staff_learn_of_it() -> None:
    case = opened()
    later = timezone.now() + timedelta(hours=1)
    EmailLink.objects.create(
        token_hash="x", purpose="freeze", subject=case.reference, email="old@practice.example", expires_at=later
    )
    received = _receive(_mail("old@practice.example", text="I never asked!", case_reference=case.reference))
    notes = list(Message.objects.order_by("id").values_list("case", "internal"))
    assert received.outcome == "opened" and received.case is not None
    assert notes == [(received.case.pk, True), (case.pk, True)]
    assert AuditEvent.objects.filter(type="casework.email_from_a_stranger").exists()


def test_whoever_asked_without_account_and_followed_a_link_is_known() -> None:
    case = _receive(_mail("asha@practice.example")).case
    assert case is not None
    EmailLink.objects.update(email="asha@home.example", used_at=timezone.now())
    for address in ("asha@practice.example", "asha@home.example"):
        assert _receive(_mail(address, case_reference=case.reference)).outcome == "joined"


def test_an_answer_to_a_closed_case_opens_it_again() -> None:
    member = _member()
    case = _closed(member)
    _receive(_mail(member.user.email, case_reference=case.reference))
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.reopened) == ("received", None, 1)
    assert AuditEvent.objects.filter(type="casework.reopened_by_email").exists()


def test_an_answer_to_an_answered_case_opens_it_again_even_from_nobody_s_desk() -> None:
    member = _member()
    case = opened(reporter(member))
    answer_case(agent(), case.reference, "Done.")
    _receive(_mail(member.user.email, case_reference=case.reference))
    case.refresh_from_db()
    assert (case.state, case.answer) == ("received", "Done.")


def test_a_case_closed_long_ago_stays_closed_and_a_new_one_names_it() -> None:
    member = _member()
    case = _closed(member)
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=31))
    received = _receive(_mail(member.user.email, case_reference=case.reference))
    case.refresh_from_db()
    assert (received.outcome, case.state) == ("opened", "closed")
    assert case.reference in Message.objects.get(internal=True).body


def test_a_waiting_case_waits_on_until_staff_say_that_this_was_it() -> None:
    member = _member()
    case = opened(reporter(member))
    wait_for(agent(), case.reference, "The practice")
    _receive(_mail(member.user.email, case_reference=case.reference))
    case.refresh_from_db()
    assert (case.state, case.next_action_on) == ("waiting", timezone.localdate())
    assert case.paused_on is not None


def test_a_reply_by_email_ends_the_wait_for_whoever_replies() -> None:
    member = _member()
    case = opened(reporter(member))
    wait_for(agent(), case.reference, "Asha", party="requester")
    _receive(_mail(member.user.email, case_reference=case.reference))
    case.refresh_from_db()
    assert (case.state, case.paused_on, case.next_action_on) == ("in_progress", None, timezone.localdate())


def test_a_stranger_s_email_ends_no_wait() -> None:
    case = opened()
    wait_for(agent(), case.reference, "Asha", party="requester")
    _receive(_mail("stranger@example.org", case_reference=case.reference))
    case.refresh_from_db()
    assert case.state == "waiting"


def test_a_merged_case_leads_to_the_one_it_was_merged_into() -> None:
    member = _member()
    kept, merged = opened(reporter(member)), opened(reporter(member))
    Case.objects.filter(pk=merged.pk).update(state="merged", merged_into=kept)
    assert _receive(_mail(member.user.email, case_reference=merged.reference)).case == kept


def test_a_machine_is_counted_and_nothing_else_happens() -> None:
    case = opened()
    queued = OutboxMessage.objects.count()
    received = _receive(_mail(case.opened_by_email, case_reference=case.reference, automatic="an automatic answer"))
    assert (received.outcome, received.reason, received.case) == ("ignored", "an automatic answer", None)
    assert (Message.objects.count(), Case.objects.count(), OutboxMessage.objects.count()) == (0, 1, queued)


def test_who_sent_what_cannot_be_used_is_told_why_unless_a_machine_did() -> None:
    def refused(**details: str) -> EmailReceived:
        envelope = Envelope(key=str(EmailReceived.objects.count()), sender="asha@practice.example", **details)
        return _receive(MailRefused(envelope=envelope, reason="It is larger than 25 MB."))

    assert (refused().outcome, refused(automatic="a bounce").outcome) == ("refused", "ignored")
    assert "larger than 25 MB" in OutboxMessage.objects.get().body


def test_the_same_e_mail_twice_does_nothing_the_second_time() -> None:
    incoming = _mail()
    assert _receive(incoming) == _receive(incoming)
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_files_that_are_not_kept_are_named_to_staff_and_counted_to_the_sender() -> None:
    files = (
        IncomingAttachment(name="nhs 943 476.exe", content_type="application/x-msdownload", problem="It is large."),
    )
    _receive(_mail(attachments=files))
    note = Message.objects.get()
    assert note.internal and "nhs 943 476.exe: It is large." in note.body
    body = OutboxMessage.objects.get().body
    assert "did not keep 1 of the files" in body and "943" not in body
