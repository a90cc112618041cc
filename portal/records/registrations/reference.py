"""References of registration events and of what belongs to them."""

from __future__ import annotations

import secrets

# Letters and digits that nobody mishears over a telephone.
_ALPHABET = "2346789CDFGHJKMNPQRTVWXYZ"


def new_event_reference() -> str:
    """RE and eight random characters: one event taken in."""
    return _new_reference("RE")


def new_import_reference() -> str:
    """RI and eight random characters: one file."""
    return _new_reference("RI")


def new_patient_reference() -> str:
    """RP and eight random characters: one patient. It says nothing about them, so it may stand in an address."""
    return _new_reference("RP")


def new_wanted_reference() -> str:
    """WM and eight random characters: one movement that a registration calls for."""
    return _new_reference("WM")


def _new_reference(prefix: str) -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
