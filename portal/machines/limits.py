"""How often a machine may call: a table that an operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

TABLE = Path(__file__).resolve().parent / "data" / "machines.toml"


@dataclass(frozen=True, kw_only=True)
class MachineLimits:
    """``each_minute`` requests of one machine in the long run, ``at_once`` of them together."""

    each_minute: int
    at_once: int

    @property
    def step(self) -> timedelta:
        """What one request costs."""
        return timedelta(minutes=1) / self.each_minute

    @property
    def slack(self) -> timedelta:
        """How far ahead of its pace a machine may be, so that ``at_once`` requests pass."""
        return self.step * (self.at_once - 1)


@cache
def machine_limits() -> MachineLimits:
    """The table, read once. Raises ImproperlyConfigured, saying what is wrong with it."""
    table = read_table(TABLE)
    try:
        limits = MachineLimits(**{name: int(value) for name, value in table["requests"].items()})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ImproperlyConfigured(f"machines.toml is not complete: {error}") from error
    if limits.each_minute < 1 or limits.at_once < 1:
        raise ImproperlyConfigured("machines.toml: each number is at least 1.")
    return limits
