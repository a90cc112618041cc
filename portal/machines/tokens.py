"""Tokens: made, shown once, and known again by their digest."""

from __future__ import annotations

import hashlib
import secrets

_PREFIX = "pcsp_"  # so that scanners for leaked secrets, and people, know one when they see it
_BYTES = 32
_SHOWN = 10


def new_token() -> str:
    """A token of 256 random bits."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def new_link_secret() -> str:
    """What the address of a link ends in that sets a scanner up: as hard to guess as a token."""
    return secrets.token_urlsafe(_BYTES)


def digest_of_token(token: str) -> bytes:
    """What is kept of it. A plain digest is enough: nobody guesses 256 random bits, and each request needs one."""
    return hashlib.sha256(token.encode()).digest()


def beginning_of(token: str) -> str:
    """The first characters, by which people tell tokens apart."""
    return token[:_SHOWN]
