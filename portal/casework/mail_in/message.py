"""What an e-mail is once it has been read: plain values, cleaned and bounded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from portal.foundation.files.fields import CheckedUpload

LARGEST = 25 * 1024 * 1024  # bytes of one e-mail; two files of 9 MB fit
LARGEST_FILE = 10 * 1024 * 1024  # bytes of one attachment, decoded
TEXT_LENGTH = 20_000  # characters kept of the text
SUBJECT_LENGTH = 160
NAME_LENGTH = 100
_KEY_LENGTH = 300


@dataclass(frozen=True, kw_only=True)
class Ourselves:
    """Who we are in e-mail: the address we write from, and the domain of our Message-IDs."""

    address: str

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, kw_only=True)
class IncomingAttachment:
    """A file that came along. ``problem`` says why it is not kept; ``checked`` is what is kept."""

    name: str
    content_type: str
    content: bytes = b""
    problem: str = ""
    checked: CheckedUpload | None = None


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What an e-mail says about itself. Every word of it can be forged, the sender first.

    ``sender_is_certain`` is False when more than one sender is named. ``automatic`` says why no person wrote it,
    '' when one seems to have. ``references`` are Message-IDs of earlier e-mails, without their brackets.
    """

    key: str
    message_id: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    sender_is_certain: bool = True
    subject: str = ""
    automatic: str = ""


@dataclass(frozen=True, kw_only=True)
class IncomingMessage:
    """An e-mail that can be used: it has a sender, and says or brings something."""

    envelope: Envelope
    text: str = ""
    shortened: bool = False
    attachments: tuple[IncomingAttachment, ...] = ()
    case_reference: str = ""


@dataclass(frozen=True, kw_only=True)
class MailRefused:
    """An e-mail that cannot be used, and why, in a sentence that its sender could read."""

    envelope: Envelope
    reason: str


def key_of(message_id: str, raw: bytes) -> str:
    """What makes an e-mail the same one when it comes again: its Message-ID, or its content without one."""
    if message_id and len(message_id) <= _KEY_LENGTH:
        return message_id
    return "sha256:" + hashlib.sha256(raw).hexdigest()
