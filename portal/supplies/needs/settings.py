"""The numbers behind what a site will need: a file that the operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

_FILE = Path(__file__).resolve().parents[1] / "data" / "needs.toml"
_FEWEST = 3  # of two orders there is one interval, which says nothing


@dataclass(frozen=True, kw_only=True)
class NeedSettings:
    """What ``data/needs.toml`` says; each value is explained there."""

    least_orders: int = 3
    most_orders: int = 12
    looked_back_days: int = 730
    ahead_days: int = 14
    snooze_days: int = 14
    given_up_days: int = 28


@lru_cache
def need_settings() -> NeedSettings:
    """The settings, read once. Raises ImproperlyConfigured for a name or number that cannot be."""
    table = read_table(_FILE)
    try:
        found = NeedSettings(**table)
    except TypeError as error:
        raise ImproperlyConfigured(f"needs.toml: {error}") from error
    if found.least_orders < _FEWEST or found.most_orders < found.least_orders or found.snooze_days < 1:
        raise ImproperlyConfigured("needs.toml: least_orders is 3 or more, and most_orders no fewer.")
    return found
