"""Public references: short, unguessable enough not to be enumerated, easy to read out over a telephone."""

from __future__ import annotations

import secrets

# No 0/O, 1/I/L, 5/S, 8/B, U or vowels that make words.
ALPHABET = "2346789CDFGHJKMNPQRTVWXYZ"


def new_reference(prefix: str) -> str:
    """``prefix`` and eight random characters in two groups, such as SO-7F3K-9QCM (about 37 bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
