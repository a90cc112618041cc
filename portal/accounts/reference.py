"""Public references of people and memberships: random, so that they tell and reveal nothing."""

from __future__ import annotations

import secrets


def new_person_reference(prefix: str) -> str:
    """``prefix`` and 16 random hexadecimal digits, such as ME-9f86d081884c7d65."""
    return f"{prefix}-{secrets.token_hex(8)}"
