"""References of cases."""

from __future__ import annotations

import secrets

# Letters and digits that nobody mishears over a telephone.
_ALPHABET = "2346789CDFGHJKMNPQRTVWXYZ"


def new_case_reference() -> str:
    """CA and eight random characters, such as CA-7F3K-9QCM."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"CA-{letters[:4]}-{letters[4:]}"
