"""Which case, and which earlier e-mails, an e-mail names."""

from __future__ import annotations

import re

from portal.casework.mail_in.parts import Part

# The alphabet of portal.casework.reference, between any of the dashes that mail programs make of one.
_DASH = "[-\u00ad\u2010-\u2015\u2212 ]"
_LETTERS = "[2346789CDFGHJKMNPQRTVWXYZ]{4}"
_REFERENCE = re.compile(rf"(?<![A-Z0-9-])CA{_DASH}({_LETTERS}){_DASH}({_LETTERS})(?![A-Z0-9])", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,300})>")
_MOST = 50
_PREFIX = re.compile(r"^(?:(?:re|aw|sv|vs|antw|fw|fwd|wg|tr|rv)(?:\[\d{1,3}\])?\s?:\s*)+", re.IGNORECASE)


def case_references(text: str) -> list[str]:
    """The references of cases that stand in the text, each once, as we write them."""
    found = (f"CA-{match[1]}-{match[2]}".upper() for match in _REFERENCE.finditer(text))
    return list(dict.fromkeys(found))


def the_case_named(subject: str, text: str) -> str:
    """The one case that the subject names, else the text. Several leave it open which is meant: ''."""
    for where in (subject, text):
        if named := case_references(where):
            return named[0] if len(named) == 1 else ""
    return ""


def message_id_of(whole: Part) -> str:
    """The Message-ID without its brackets; '' when it is not there or not one."""
    value = whole.header("message-id").strip()
    found = _MESSAGE_ID.search(value)
    return found[1] if found else ""


def earlier_messages(whole: Part) -> tuple[str, ...]:
    """The Message-IDs it answers, the nearest first."""
    named = [
        each
        for name in ("in-reply-to", "references")
        for value in whole.all_headers(name)
        for each in reversed(_MESSAGE_ID.findall(value[-4000:]))
    ]
    return tuple(dict.fromkeys(named))[:_MOST]


def without_prefixes(subject: str) -> str:
    """The subject without Re:, Fwd: and their like in other languages."""
    return _PREFIX.sub("", subject).strip()


def is_reply(subject: str, earlier: tuple[str, ...]) -> bool:
    """Whether it answers another e-mail, whose text may then be left out. A forwarded one is the matter itself."""
    prefix = _PREFIX.match(subject)
    if prefix and re.match(r"fw|fwd|wg|tr|rv", prefix[0], re.IGNORECASE):
        return False
    return bool(earlier) or prefix is not None
