"""Public references of notices."""

from __future__ import annotations

import secrets

_ALPHABET = "2346789CDFGHJKMNPQRTVWXYZ"  # nothing that is misread or makes a word


def new_notice_reference() -> str:
    """Such as SN-7F3K9Q."""
    return "SN-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
