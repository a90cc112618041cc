"""Raw bytes to something the portal can use: an e-mail that is understood, or the reason why not. Never raises."""

from __future__ import annotations

import logging
import quopri

from portal.casework.mail_in.addresses import senders_of
from portal.casework.mail_in.automatic import is_automatic_subject, why_automatic
from portal.casework.mail_in.characters import clean, decode_base64, decode_header, decode_text
from portal.casework.mail_in.html_text import html_to_text
from portal.casework.mail_in.message import (
    LARGEST,
    LARGEST_FILE,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    Envelope,
    IncomingAttachment,
    IncomingMessage,
    MailRefused,
    Ourselves,
    key_of,
)
from portal.casework.mail_in.parts import Part, TooManyParts, leaves, read_part
from portal.casework.mail_in.quotes import reply_only
from portal.casework.mail_in.references import earlier_messages, is_reply, message_id_of, the_case_named

MOST_ATTACHMENTS = 10
_TEXT_BYTES = 1_000_000  # of one text part, still encoded
_TEXT_PARTS = 20
_DECORATION_BYTES = 20_000  # a smaller picture inside the text is somebody's logo
_WRITTEN_IN_TEXT = {"text/plain", "text/html", "text/enriched"}
logger = logging.getLogger(__name__)


def read_mail(raw: bytes, ours: Ourselves) -> IncomingMessage | MailRefused:
    """Reads one e-mail. ``raw`` may be cut after LARGEST + 1 bytes; it is refused then."""
    try:
        return _read(raw, ours)
    except Exception:  # a new way of being broken must not stop the box
        logger.exception("an e-mail could not be read")
        return MailRefused(envelope=Envelope(key=key_of("", raw)), reason="We could not read it.")


def _read(raw: bytes, ours: Ourselves) -> IncomingMessage | MailRefused:
    whole = read_part(_without_mailbox_line(raw[: LARGEST + 1]))
    too_many = False
    try:
        parts = list(leaves(whole))
    except TooManyParts:
        parts, too_many = [], True
    envelope = _envelope(raw, whole, parts, ours)
    if len(raw) > LARGEST:
        return MailRefused(envelope=envelope, reason=f"It is larger than {LARGEST // 1024 // 1024} MB.")
    if too_many:
        return MailRefused(envelope=envelope, reason="It has too many parts, or parts inside parts.")
    if not envelope.sender:
        return MailRefused(envelope=envelope, reason="It has no sender that can be answered.")
    return _usable(envelope, parts)


def _usable(envelope: Envelope, parts: list[Part]) -> IncomingMessage | MailRefused:
    text = _text_of(parts)
    attachments = _attachments(parts)
    if is_reply(envelope.subject, envelope.references):
        text = reply_only(text)
    shortened = len(text) > TEXT_LENGTH
    text = text[:TEXT_LENGTH].strip()
    if not (text or attachments or envelope.subject):
        return MailRefused(envelope=envelope, reason="It is empty.")
    return IncomingMessage(
        envelope=envelope,
        text=text,
        shortened=shortened,
        attachments=attachments,
        case_reference=the_case_named(envelope.subject, text),
    )


def _without_mailbox_line(raw: bytes) -> bytes:
    """Mailbox files put a line "From somebody date" before each e-mail."""
    raw = raw.lstrip(b"\r\n") if raw[:2000].strip() else raw
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _envelope(raw: bytes, whole: Part, parts: list[Part], ours: Ourselves) -> Envelope:
    senders = senders_of(whole)
    address, name = senders[0] if senders else ("", "")
    message_id = message_id_of(whole)
    subject = decode_header(whole.header("subject"))[:SUBJECT_LENGTH]
    automatic = why_automatic(whole, parts, sender=address, message_id=message_id, ours=ours)
    if not automatic and is_automatic_subject(subject):
        automatic = "an automatic answer"
    return Envelope(
        key=key_of(message_id, raw),
        message_id=message_id,
        references=earlier_messages(whole),
        sender=address,
        sender_name=name,
        sender_is_certain=len(senders) == 1,
        subject=subject,
        automatic=automatic,
    )


def _text_of(parts: list[Part]) -> str:
    """What was written: the plain text where there is some, else what the HTML says."""
    written = [part for part in parts if _is_written(part)][:_TEXT_PARTS]
    plain = "\n\n".join(filter(None, (_decoded(part) for part in written if part.content_type != "text/html")))
    if plain.strip():
        return plain.strip()
    pages = [clean(html_to_text(_decoded(part))) for part in written if part.content_type == "text/html"]
    return "\n\n".join(filter(None, pages)).strip()


def _is_written(part: Part) -> bool:
    if part.content_type.startswith("multipart/"):
        return True  # it says that it has parts, and has none: what is there is text
    return part.content_type in _WRITTEN_IN_TEXT and part.disposition != "attachment" and not part.file_name


def _decoded(part: Part) -> str:
    return clean(decode_text(_content(part, _TEXT_BYTES), part.parameter("charset"))).strip()


def _content(part: Part, most: int) -> bytes:
    """The body decoded, at most about ``most`` bytes of it."""
    how = part.header("content-transfer-encoding").strip().lower()
    if how == "base64":
        return decode_base64(part.body[: most * 3 // 2])[: most + 1]
    if how == "quoted-printable":
        return quopri.decodestring(part.body[: most * 3])[: most + 1]
    return part.body[: most + 1]


def _attachments(parts: list[Part]) -> tuple[IncomingAttachment, ...]:
    files = [part for part in parts if not _is_written(part) and not _is_decoration(part)]
    return tuple(_attachment(part, place) for place, part in enumerate(files, start=1))


def _attachment(part: Part, place: int) -> IncomingAttachment:
    name = part.file_name or f"file {place}"
    content = b""
    if place > MOST_ATTACHMENTS:
        problem = f"An e-mail may bring {MOST_ATTACHMENTS} files."
    elif part.content_type == "message/rfc822":
        problem = "An e-mail inside an e-mail is not kept."
    else:
        content = _content(part, LARGEST_FILE)
        problem = f"It is larger than {LARGEST_FILE // 1024 // 1024} MB." if len(content) > LARGEST_FILE else ""
        problem = problem or ("" if content else "It is empty.")
    return IncomingAttachment(
        name=name, content_type=part.content_type, content=b"" if problem else content, problem=problem
    )


def _is_decoration(part: Part) -> bool:
    if part.content_type in ("application/pgp-signature", "application/pkcs7-signature", "text/calendar"):
        return True
    shown_in_text = "content-id" in part.headers and part.disposition != "attachment"
    return shown_in_text and part.content_type.startswith("image/") and len(part.body) < _DECORATION_BYTES
