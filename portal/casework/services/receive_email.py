"""An e-mail comes in: it is added to its case, opens one, or is put aside. Each once (J20, J22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from django.db import connection

from portal.casework.events import (
    CASE_REOPENED_BY_EMAIL,
    CASE_TAKEN_ON,
    EMAIL_FROM_A_STRANGER,
    EMAIL_JOINED,
    EMAIL_NOT_USED,
)
from portal.casework.mail_in.answers import email_not_taken, email_taken
from portal.casework.mail_in.files import keep_files
from portal.casework.mail_in.message import Envelope, IncomingMessage, MailRefused
from portal.casework.mail_in.references import without_prefixes
from portal.casework.mail_in.senders import acknowledged_today, case_meant, is_known_to, organisation_id_of
from portal.casework.models import Case, EmailReceived
from portal.casework.moving import hear_asker, may_still_reopen
from portal.casework.permissions import REPORT
from portal.casework.policy import policy
from portal.casework.services.lock_case import lock_case
from portal.casework.services.open_case import OpenCase, start_case
from portal.casework.services.say import say
from portal.casework.states import OPEN_STATES
from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.outbox.queue import Email, queue_emails

_BOX = Actor(name="The e-mail box", audience="system")
_DID = {"reopened": CASE_REOPENED_BY_EMAIL, "went_on": CASE_TAKEN_ON}
_NO_TEXT = "The e-mail had no text."
_SHORTENED = "\n\n(The e-mail was longer. The rest is in the e-mail box.)"


@dataclass(frozen=True)
class _Outcome:
    """What becomes of an e-mail, and what its sender is told."""

    outcome: str
    case: Case | None = None
    reason: str = ""
    answer: Callable[[], Email] | None = None


@service(REPORT)
def receive_email(actor: Actor, incoming: IncomingMessage | MailRefused) -> EmailReceived:
    """Brings the e-mail to where it belongs and returns what became of it; the same e-mail again changes nothing.

    From can be forged, so an e-mail adds a message, and may open a case again or end its wait for its sender, and
    nothing else: it approves nothing, and what a stranger to a case writes is never shown as if whoever asked had
    said it. ``actor`` is the mail box.
    """
    envelope = incoming.envelope
    with system_scope():  # whose case it is, the e-mail has yet to show
        _one_at_a_time(f"e-mail {envelope.key}")
        if (earlier := earlier_email(envelope.key)) is not None:
            nothing_changed()
            return earlier
        became = _bring(actor, incoming)
        answered = _answer(envelope, became)
        received = EmailReceived.objects.create(
            key=envelope.key,
            message_id=envelope.message_id,
            sender=envelope.sender,
            subject=envelope.subject,
            outcome=became.outcome,
            reason=became.reason,
            case=became.case,
            acknowledged=answered,
        )
        if became.case is None:
            record(EMAIL_NOT_USED, actor=actor, subject=received, reason=became.reason)
    return received


def earlier_email(key: str) -> EmailReceived | None:
    """The same e-mail, when it came before."""
    return EmailReceived.objects.filter(key=key).first()


def _one_at_a_time(what: str) -> None:
    """Waits for another transaction that is at the same thing; until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _bring(actor: Actor, incoming: IncomingMessage | MailRefused) -> _Outcome:
    envelope = incoming.envelope
    if envelope.automatic:
        return _Outcome("ignored", reason=envelope.automatic)
    if isinstance(incoming, MailRefused):
        answer = partial(email_not_taken, envelope.sender, incoming.reason) if envelope.sender else None
        return _Outcome("refused", reason=incoming.reason, answer=answer)
    writer = Actor(
        name=envelope.sender_name or envelope.sender,
        audience=actor.audience,
        email=envelope.sender,
        permissions=actor.permissions,
    )
    case = case_meant(envelope, incoming.case_reference)
    if case is None:
        return _open(writer, incoming)
    case = lock_case(writer, case.reference)
    if not (envelope.sender_is_certain and is_known_to(case, envelope.sender)):
        return _open_beside(writer, incoming, case, "Its sender is not known to the case it names.")
    if case.state not in OPEN_STATES and not may_still_reopen(case):
        return _open_beside(writer, incoming, case, "The case it names was closed too long ago.")
    return _join(writer, incoming, case)


def _join(writer: Actor, incoming: IncomingMessage, case: Case) -> _Outcome:
    """Adds what was written to the locked case. Its owner sees it today."""
    body, message_id = _text(incoming), incoming.envelope.message_id
    message = say(writer, case, body, side="requester", channel="email", email_message_id=message_id)
    _note_files(case, keep_files(case, message, incoming.attachments))
    if did := hear_asker(writer, case):
        record(_DID[did], actor=writer, subject=case, organisation_id=case.organisation_id)
    case.save()
    record(EMAIL_JOINED, actor=writer, subject=case, organisation_id=case.organisation_id)
    return _Outcome("joined", case)


def _open(writer: Actor, incoming: IncomingMessage, *, reason: str = "", note: str = "") -> _Outcome:
    """Opens an enquiry of the writer's; its organisation's only when the address leaves no doubt which that is."""
    certain = incoming.envelope.sender_is_certain
    writer = replace(writer, organisation_id=organisation_id_of(writer.email) if certain else None)
    command = OpenCase(
        kind="enquiry",
        subject=without_prefixes(incoming.envelope.subject) or "E-mail without a subject",
        details=_text(incoming),
    )
    case = start_case(writer, command, channel="email")
    not_kept = keep_files(case, None, incoming.attachments)
    _note_files(case, not_kept)
    if note:
        _add_note(case, note)
    answer = partial(email_taken, case, files_not_kept=len(not_kept)) if certain else None
    return _Outcome("opened", case, reason, answer)


def _open_beside(writer: Actor, incoming: IncomingMessage, named: Case, why: str) -> _Outcome:
    """Opens a case of its own for an e-mail that names one it may not add to; staff see both.

    Its sender is told the same as anybody, so that nobody learns which references there are (R1).
    """
    opened = _open(
        writer,
        incoming,
        reason=why,
        note=f"This e-mail names {named.reference}. {why} Check who wrote it before you believe or merge it.",
    )
    if named.state in OPEN_STATES and opened.case is not None:
        _add_note(
            named,
            f"An e-mail from {writer.email} names this case. {why} It is not shown to whoever asked. "
            f"Read it on {opened.case.reference}.",
        )
        record(
            EMAIL_FROM_A_STRANGER,
            actor=writer,
            subject=named,
            organisation_id=named.organisation_id,
            other=opened.case.reference,
        )
    return opened


def _text(incoming: IncomingMessage) -> str:
    return (incoming.text or _NO_TEXT) + (_SHORTENED if incoming.shortened else "")


def _note_files(case: Case, not_kept: list[str]) -> None:
    if not_kept:
        _add_note(case, "These files came with the e-mail and were not kept:\n" + "\n".join(not_kept))


def _add_note(case: Case, body: str) -> None:
    """A note that only staff read."""
    say(_BOX, case, body, side="staff", internal=True, channel="system")


def _answer(envelope: Envelope, became: _Outcome) -> bool:
    """Tells the sender, unless they were told often enough today, or are more than one. Returns whether it did."""
    if became.answer is None or not envelope.sender_is_certain:
        return False
    _one_at_a_time(f"answers to {envelope.sender}")
    if acknowledged_today(envelope.sender) >= policy().email.acknowledgements_a_day:
        return False
    queue_emails([became.answer()])
    return True
