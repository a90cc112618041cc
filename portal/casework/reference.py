"""References of cases."""

from __future__ import annotations

import secrets

# Letters and digits that nobody mishears over a telephone.
_ALPHABET = "2346789CDFGHJKMNPQRTVWXYZ"


def new_case_reference() -> str:
    """CA and eight random characters, such as CA-7F3K-9QCM."""
    return _new_reference("CA")


def new_draft_reference() -> str:
    """RD and eight random characters: a request that is not sent yet."""
    return _new_reference("RD")


def new_message_reference() -> str:
    """MS and eight random characters: one message on a case."""
    return _new_reference("MS")


def _new_reference(prefix: str) -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
