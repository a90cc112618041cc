"""Public references of notices."""

from __future__ import annotations

from portal.foundation.references import random_letters


def new_notice_reference() -> str:
    """Such as SN-7F3K9Q."""
    return f"SN-{random_letters(6)}"
