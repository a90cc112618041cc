"""Who takes a parcel and on which round: a table that the operator may replace (ADR 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import read_table

_FILE = Path(__file__).parent / "data" / "routes.toml"
_AREA = re.compile(r"^[A-Z]{1,2}")


@dataclass(frozen=True, order=True)
class Route:
    """A carrier and its round."""

    carrier: str
    name: str


@lru_cache
def _routes() -> dict[str, Route]:
    try:
        table = read_table(_FILE)["routes"]
        found = {area: Route(str(row["carrier"]), str(row["route"])) for area, row in table.items()}
        return {"": found[""], **found}
    except (KeyError, TypeError) as error:
        raise ImproperlyConfigured('routes.toml: each area needs a carrier and a route, and "" is needed.') from error


def route_of(postcode: str) -> Route:
    """The route of a postcode, by the letters it begins with; the route of all others where none is named."""
    area = _AREA.match(postcode.strip().upper())
    return _routes().get(area[0] if area else "", _routes()[""])
