"""The numbers behind the comparison of sites: a file that the operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

_FILE = Path(__file__).resolve().parents[1] / "data" / "usage.toml"
FEWEST = 10  # the database does not take a comparison of fewer, whatever the file says


@dataclass(frozen=True, kw_only=True)
class UsageSettings:
    """What ``data/usage.toml`` says; each value is explained there."""

    days: int
    sizes: tuple[int, ...]
    fewest_others: int
    unusual_times: int


@lru_cache
def usage_settings() -> UsageSettings:
    """The settings, read once. Raises ImproperlyConfigured for a value that cannot be."""
    table = read_table(_FILE)
    try:
        found = UsageSettings(**{**table, "sizes": tuple(int(size) for size in table["sizes"])})
    except (KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"usage.toml: {error}") from error
    if found.fewest_others < FEWEST or found.unusual_times < 1 or list(found.sizes) != sorted(set(found.sizes)):
        raise ImproperlyConfigured(f"usage.toml: fewest_others is {FEWEST} or more, and sizes rise.")
    return found


def size_words(band: int | None) -> str:
    """A band of sizes in words; '' where the size is not known."""
    sizes = usage_settings().sizes
    if band is None or not sizes:
        return ""
    if band == 0:
        return f"fewer than {sizes[0]:,} patients"
    if band == len(sizes):
        return f"{sizes[-1]:,} patients or more"
    return f"{sizes[band - 1]:,} to {sizes[band] - 1:,} patients"
