"""Making odd e-mails."""

from __future__ import annotations

from dataclasses import dataclass

OURS = "portal@portal.example"
ASHA = "Asha Patel <asha@practice.example>"  # she opened CASE, without an account
STRANGER = "Mal Stranger <mal@elsewhere.example>"
CASE = "CA-7F3K-9QCM"
OTHERS_CASE = "CA-2222-3333"  # Bob's
OUR_MESSAGE = "0123456789abcdef0123456789abcdef@portal.example"  # we sent it about CASE
JOINS, NEW, IGNORED, REFUSED = "joined", "opened", "ignored", "refused"


@dataclass(frozen=True)
class Odd:
    """One e-mail: what becomes of it, why (part of the reason), and words that must be in its text, or must not."""

    name: str
    raw: bytes
    outcome: str
    because: str = ""
    says: str = ""
    not_said: str = ""


def mail(
    body: str | bytes = "Thank you, please go on.",
    *,
    headers: str | bytes = "",
    sender: str | bytes = ASHA,
    subject: str | bytes = f"Re: {CASE} your enquiry",
    breaks: bytes = b"\r\n",
    message_id: str = "",
) -> bytes:
    """An e-mail with the usual headers first and ``headers`` after them; text in UTF-8 unless it is bytes."""
    lines = [
        b"From: " + _bytes(sender) if sender else b"",
        b"To: " + OURS.encode(),
        b"Subject: " + _bytes(subject) if subject else b"",
        b"Date: Mon, 23 Nov 2026 09:00:00 +0000",
        b"Message-ID: " + message_id.encode() if message_id else b"",
        *_bytes(headers).split(b"\n"),
    ]
    return breaks.join([line for line in lines if line]) + breaks * 2 + _bytes(body)


def parts(*pieces: str | bytes, kind: str = "mixed", boundary: str = "bb", end: bool = True, **details: str) -> bytes:
    """A multipart e-mail; each piece has its own headers, a blank line and its body."""
    marked = b"".join(b"--" + boundary.encode() + b"\r\n" + _bytes(piece) + b"\r\n" for piece in pieces)
    closing = f"--{boundary}--\r\n".encode() if end else b""
    return mail(marked + closing, headers=f"Content-Type: multipart/{kind}; boundary={boundary}", **details)


def text_part(text: str, headers: str = "") -> str:
    """A part of plain text."""
    return f"Content-Type: text/plain; charset=utf-8\r\n{headers}\r\n{text}"


def html(page: str, **details: str) -> bytes:
    """An e-mail of HTML only."""
    return mail(page, headers="Content-Type: text/html; charset=utf-8", **details)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
