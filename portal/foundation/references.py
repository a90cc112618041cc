"""Public references: short, unguessable enough not to be enumerated, easy to read out over a telephone."""

from __future__ import annotations

import secrets

# No 0/O, 1/I/L, 5/S, 8/B, U or vowels that make words.
ALPHABET = "2346789CDFGHJKMNPQRTVWXYZ"


def new_reference(prefix: str) -> str:
    """``prefix`` and eight random characters in two groups, such as SO-7F3K-9QCM (about 37 bits)."""
    return f"{prefix}-{random_letters(4)}-{random_letters(4)}"


def random_letters(count: int) -> str:
    """So many characters that nobody misreads."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))
