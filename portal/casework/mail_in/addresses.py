"""Who wrote, as far as an e-mail says. Nothing here is proof: anybody can write any sender."""

from __future__ import annotations

import re

from portal.casework.mail_in.characters import decode_header
from portal.casework.mail_in.message import NAME_LENGTH
from portal.casework.mail_in.parts import Part

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){0,10}[A-Za-z0-9-]{1,63}")
_LONGEST = 254
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_COMMENT = re.compile(r"\(([^()]*)\)")
_ANGLE = re.compile(r"<([^<>]*)>")
_LOOKED_AT = 2000


def senders_of(whole: Part) -> list[tuple[str, str]]:
    """(address, name) of everybody the From headers name; addresses in small letters, usable ones only.

    More than one header, or more than one address, is how a sender is made to look like another.
    """
    found: dict[str, str] = {}
    for value in whole.all_headers("from"):
        for address, name in _mailboxes(value[:_LOOKED_AT]):
            found.setdefault(address, name)
    return list(found.items())


def _mailboxes(value: str) -> list[tuple[str, str]]:
    quoted = " ".join(match[1] for match in _QUOTED.finditer(value))
    bare = _QUOTED.sub(" ", value)  # what is quoted is a name, whatever it looks like
    pairs = [pair for piece in bare.split(",") for pair in _in_piece(piece)]
    if len(pairs) == 1:
        unquoted = _COMMENT.sub(" ", _ANGLE.sub(" ", bare)) if "<" in bare else " ".join(_COMMENT.findall(bare))
        pairs = [(pairs[0][0], quoted or unquoted)]
    return _usable(pairs)


def _in_piece(piece: str) -> list[tuple[str, str]]:
    """What stands between two commas: addresses in brackets, or one without; half of a name has neither."""
    angles = _ANGLE.findall(piece) or [_COMMENT.sub(" ", piece)]
    return [(each, "") for each in angles if "@" in each]


def _usable(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    usable = []
    for written, name in pairs:
        address = _in_letters_of_the_net(written.strip())
        if len(address) <= _LONGEST and _ADDRESS.fullmatch(address):
            usable.append((address.lower(), _shown(name, address)))
    return usable


def _in_letters_of_the_net(address: str) -> str:
    """The address with its domain as the name system has it; unchanged where that cannot be."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return address


def _shown(name: str, address: str) -> str:
    """The name to show: not one that pretends to be another address."""
    shown = decode_header(name.replace("\\", "")).strip("\"' ,")[:NAME_LENGTH]
    return "" if "@" in shown and address.lower() not in shown.lower() else shown
