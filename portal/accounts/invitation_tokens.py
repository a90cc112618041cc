"""The secret in an invitation's link; only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of it. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
