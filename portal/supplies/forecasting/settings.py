"""The numbers behind the forecast: a file that the operator may replace (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

_FILE = Path(__file__).resolve().parents[1] / "data" / "forecast.toml"


@dataclass(frozen=True, kw_only=True)
class ForecastSettings:
    """What ``data/forecast.toml`` says; each value is explained there."""

    weeks_ahead: int = 26
    shortest_history: int = 6
    level_weeks: int = 13
    trend_weeks: int = 26
    largest_trend: float = 0.5
    season_years: int = 2
    supplier_working_days: int = 20
    review_weeks: int = 4
    safety: float = 1.64


@lru_cache
def forecast_settings() -> ForecastSettings:
    """The settings, read once. Raises ImproperlyConfigured for a name or number that cannot be."""
    table = read_table(_FILE)
    try:
        found = ForecastSettings(**table)
    except TypeError as error:
        raise ImproperlyConfigured(f"forecast.toml: {error}") from error
    if (
        found.weeks_ahead < 1
        or found.level_weeks < 1
        or found.shortest_history < 2
        or not 0 <= found.largest_trend <= 1
    ):
        raise ImproperlyConfigured("forecast.toml: weeks must be positive, and largest_trend from 0 to 1.")
    return found
