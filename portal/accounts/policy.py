"""How long access lasts or waits, as the operator's table says (data/access.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

TABLE = Path(__file__).resolve().parent / "data" / "access.toml"


@dataclass(frozen=True, kw_only=True)
class AccessPolicy:
    """Calendar days; the table says what each one is."""

    invitation_days: int
    review_days: int
    review_reminder_days: int
    review_overdue_days: int
    quarantine_days: int


@cache
def access_policy() -> AccessPolicy:
    """The table, read once. Raises ImproperlyConfigured when a row is missing or not a number above nought."""
    table = read_table(TABLE)
    try:
        policy = AccessPolicy(**table)
    except TypeError as error:
        raise ImproperlyConfigured(f"access.toml is not complete: {error}") from error
    if not all(isinstance(days, int) and days > 0 for days in vars(policy).values()):
        raise ImproperlyConfigured("access.toml holds whole numbers of days above nought, and nothing else.")
    return policy
