"""Whether a machine wrote it: answers to machines make loops, and cases that nobody asked for."""

from __future__ import annotations

import re

from portal.casework.mail_in.characters import one_line
from portal.casework.mail_in.message import Ourselves
from portal.casework.mail_in.parts import Part

_ROBOTS = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)([+=._-].*)?@.*", re.IGNORECASE
)
_BULK = {"bulk", "junk", "list", "auto_reply"}
_ANSWERING_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply")
_SUBJECTS = re.compile(
    r"(automatic reply|auto(matic)?[- ]?(reply|response)|out of (the )?office( auto)?|abwesenheitsnotiz"
    r"|automatische antwort|r.ponse automatique|respuesta autom.tica|undeliverable|undelivered mail returned"
    r"|delivery status notification|mail delivery (failed|failure)|returned mail|failure notice"
    r"|message not delivered|delivery (has )?(failed|failure))\b",
    re.IGNORECASE,
)
_INVITING = {"REQUEST", "REPLY", "CANCEL", "COUNTER", "PUBLISH"}


def why_automatic(whole: Part, parts: list[Part], *, sender: str, message_id: str, ours: Ourselves) -> str:
    """Why this seems to be written by a machine, for the operator's list; '' when a person seems to have written it."""
    header = {
        name: one_line(whole.header(name)).lower()
        for name in ("return-path", "auto-submitted", "precedence", "x-auto-response-suppress")
    }
    checks = (
        ("a loop: it came from our own address", sender == ours.address.lower()),
        ("a loop: it is an e-mail of ours", _is_ours(message_id, ours)),
        ("a bounce: nobody can be answered", header["return-path"] == "<>"),
        ("a bounce or a receipt", _is_report(whole, parts)),
        ("a bounce: a mail system wrote it", "x-failed-recipients" in whole.headers),
        ("an automatic answer", bool(header["auto-submitted"]) and not header["auto-submitted"].startswith("no")),
        ("an automatic answer", header["x-auto-response-suppress"] not in ("", "none")),
        ("an automatic answer", any(name in whole.headers for name in _ANSWERING_HEADERS)),
        ("a mailing list or bulk mail", header["precedence"] in _BULK),
        ("a mailing list or bulk mail", any(f"list-{name}" in whole.headers for name in ("id", "post", "unsubscribe"))),
        ("a calendar invitation", any(map(_is_invitation, parts))),
        ("a sender that takes no answers", bool(_ROBOTS.fullmatch(sender))),
    )
    return next((reason for reason, is_so in checks if is_so), "")


def is_automatic_subject(subject: str) -> bool:
    """Whether the subject is one that only machines write."""
    return bool(_SUBJECTS.match(subject))


def _is_ours(message_id: str, ours: Ourselves) -> bool:
    """Our own ids are 32 hexadecimal digits; colleagues at the same domain have others."""
    return bool(re.fullmatch(r"[0-9a-f]{32}@" + re.escape(ours.domain), message_id))


def _is_report(whole: Part, parts: list[Part]) -> bool:
    kinds = {whole.content_type, *(part.content_type for part in parts)}
    return bool(kinds & {"multipart/report", "message/delivery-status", "message/disposition-notification"})


def _is_invitation(part: Part) -> bool:
    return (
        part.content_type == "text/calendar"
        and part.disposition != "attachment"
        and part.parameter("method").upper() in _INVITING
    )
