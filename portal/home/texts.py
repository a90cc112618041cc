"""The texts of the public pages, each of which an operator may replace (portal.foundation.texts)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from portal.foundation.texts import read_table

OWN_TEXTS = Path(__file__).resolve().parent


@cache
def contacts() -> dict[str, dict[str, str]]:
    """Whom to ask about what: body -> name, telephone, email and so on."""
    return read_table(OWN_TEXTS / "data" / "contacts.toml")
