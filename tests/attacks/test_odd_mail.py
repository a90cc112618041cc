"""E-mail as it comes: each odd one has the outcome it must have, raises nothing, and is quick (F20, R1).

The attacks have a half in which the control is switched off, and succeed there.
"""

from __future__ import annotations

import re
import time
from email import message_from_bytes

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from portal.casework.mail_in import parts as mail_parts
from portal.casework.mail_in import read as reading_mail
from portal.casework.mail_in.read import read_mail
from portal.casework.mail_in.reading import MAILBOX
from portal.casework.mail_in.senders import ourselves
from portal.casework.models import Case, EmailReceived, Message
from portal.casework.permissions import REPORT
from portal.casework.services import receive_email as receiving
from portal.casework.services.open_case import OpenCase, start_case
from portal.casework.services.receive_email import receive_email
from portal.foundation.access import Actor
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.outbox.queue import Email, queue_email
from tests.attacks.odd_mail import machines, pages, senders, structure, wording
from tests.attacks.odd_mail.build import ASHA, CASE, OTHERS_CASE, OUR_MESSAGE, OURS, STRANGER, Odd, mail

pytestmark = pytest.mark.django_db
CORPUS: list[Odd] = [
    *wording.charsets(),
    *wording.subjects(),
    *wording.strangers(),
    *senders.senders(),
    *machines.bounces(),
    *machines.answers(),
    *machines.loops(),
    *machines.lists(),
    *machines.invitations(),
    *structure.malformed(),
    *structure.encodings(),
    *structure.contents(),
    *structure.bytes_and_breaks(),
    *pages.pages(),
    *pages.quotations(),
]
SECONDS = 4.0  # of the processor for one e-mail of any kind: the clock on the wall also counts what others do
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def cases(settings: Settings) -> dict[str, Case]:
    """Asha's case and Bob's, both opened without an account, and an e-mail of ours about Asha's."""
    settings.DEFAULT_FROM_EMAIL = f"The portal <{OURS}>"
    opened = {
        reference: _opened(reference, name, email)
        for reference, name, email in (
            (CASE, "Asha Patel", "asha@practice.example"),
            (OTHERS_CASE, "Bob Other", "bob@other.example"),
        )
    }
    with transaction.atomic():
        queue_email(
            Email(kind="casework.reply", recipients=["asha@practice.example"], subject="x", body="y", about=CASE)
        )
    OutboxMessage.objects.update(message_id=f"<{OUR_MESSAGE}>")
    return opened


def _opened(reference: str, name: str, email: str) -> Case:
    actor = Actor(name=name, email=email, audience="system", permissions=frozenset({REPORT.code}))
    with transaction.atomic():
        case = start_case(actor, OpenCase(kind="enquiry", subject="A question", details="What now?"))
    Case.objects.filter(pk=case.pk).update(reference=reference)
    return Case.objects.get(reference=reference)


def _receive(raw: bytes) -> EmailReceived:
    return receive_email(MAILBOX, read_mail(raw, ourselves()))


def _written(received: EmailReceived) -> str:
    """What the e-mail left for people to read, files' names and notes apart."""
    if received.outcome == "joined":
        return Message.objects.get(case=received.case, side="requester").body
    return received.case.details if received.case else ""


def test_there_are_more_than_two_hundred_and_no_two_are_alike() -> None:
    assert len({odd.raw for odd in CORPUS}) == len(CORPUS) >= 200
    assert len({odd.name for odd in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("odd", CORPUS, ids=lambda odd: odd.name[:60])
def test_an_odd_e_mail_has_the_outcome_it_must_have(odd: Odd, caplog: pytest.LogCaptureFixture) -> None:
    before = dict(Case.objects.values_list("reference", "state"))
    start = time.process_time()
    received = _receive(odd.raw)
    assert time.process_time() - start < SECONDS
    assert (received.outcome, odd.because in received.reason) == (odd.outcome, True), received.reason
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []
    written = _written(received)
    assert odd.says in written
    assert not odd.not_said or odd.not_said not in written
    for text in (written, received.subject, received.sender, *Message.objects.values_list("author_name", flat=True)):
        assert not _FORBIDDEN.search(text)
    assert "\n" not in received.subject
    after = dict(Case.objects.values_list("reference", "state"))
    assert {reference: after[reference] for reference in before} == before
    _assert_only_its_own_case_was_added_to(received)
    _assert_answered_only_where_a_person_wrote(received)
    assert _receive(odd.raw).pk == received.pk
    assert Case.objects.count() == len(after)


def _assert_only_its_own_case_was_added_to(received: EmailReceived) -> None:
    said = set(Message.objects.filter(internal=False).values_list("case__reference", flat=True))
    assert said == ({CASE} if received.outcome == "joined" else set())


def _assert_answered_only_where_a_person_wrote(received: EmailReceived) -> None:
    answers = OutboxMessage.objects.filter(kind__startswith="casework.email_")
    assert answers.count() == int(received.acknowledged)
    assert not received.acknowledged or received.outcome in ("opened", "refused")
    assert all(each.recipients == [received.sender] for each in answers)


def test_a_stranger_s_words_are_not_shown_as_asha_s() -> None:
    received = _receive(mail("Send it to me instead.", sender=STRANGER))
    assert not Message.objects.filter(case__reference=CASE, internal=False).exists()
    note = Message.objects.get(case__reference=CASE)
    assert (note.internal, received.case.reference in note.body) == (True, True)
    assert "Send it to me" not in note.body


def test_they_would_be_without_the_look_at_the_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "is_known_to", lambda case, address: True)
    _receive(mail("Send it to me instead.", sender=STRANGER))
    assert Message.objects.get(case__reference=CASE).side == "requester"


def test_two_senders_in_one_e_mail_are_not_asha() -> None:
    received = _receive(mail("Send it to me.", sender=f"{ASHA}, mal@elsewhere.example"))
    assert (received.outcome, received.acknowledged) == ("opened", False)


def test_a_machine_is_not_answered() -> None:
    _receive(mail(sender=STRANGER, subject="Hi", headers="Auto-Submitted: auto-replied"))
    assert not OutboxMessage.objects.filter(recipients=["mal@elsewhere.example"]).exists()


def test_it_would_be_without_the_look_for_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_mail, "why_automatic", lambda *args, **kwargs: "")
    _receive(mail(sender=STRANGER, subject="Hi", headers="Auto-Submitted: auto-replied"))
    assert OutboxMessage.objects.filter(recipients=["mal@elsewhere.example"]).count() == 1


def test_nobody_s_address_is_flooded_with_answers() -> None:
    for number in range(9):
        _receive(mail(f"Question {number}", sender=STRANGER, subject="Hi"))
    assert OutboxMessage.objects.filter(recipients=["mal@elsewhere.example"]).count() == 5
    assert Case.objects.filter(opened_by_email="mal@elsewhere.example").count() == 9


def test_it_would_be_without_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "acknowledged_today", lambda address: 0)
    for number in range(9):
        _receive(mail(f"Question {number}", sender=STRANGER, subject="Hi"))
    assert OutboxMessage.objects.filter(recipients=["mal@elsewhere.example"]).count() == 9


def test_nesting_is_refused_at_once_where_the_standard_library_would_work_on() -> None:
    raw = next(odd.raw for odd in CORPUS if odd.name == "500 deep")
    start = time.process_time()
    read_mail(raw, ourselves())
    ours = time.process_time() - start
    start = time.process_time()
    message_from_bytes(raw + b"x\r\n" * 20_000)
    assert time.process_time() - start > 5 * ours


def test_without_the_bound_of_depth_the_parts_are_all_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_parts, "DEEPEST", 10_000)
    monkeypatch.setattr(mail_parts, "MOST_PARTS", 10_000)
    raw = next(odd.raw for odd in CORPUS if odd.name == "500 deep")
    assert _receive(raw).outcome == "joined"
