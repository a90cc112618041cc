"""What a release says of an organisation, and when two releases say the same of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NamedTuple


class State(NamedTuple):
    """Everything that has a history. The field names are those of the tables."""

    name: str
    kind: str
    status: str
    address_lines: list[str]
    postcode: str
    postcode_is_valid: bool
    telephone: str
    parent_code: str
    commissioner_code: str
    geography_code: str
    region_code: str
    opened_on: date | None
    closed_on: date | None
    roles: list[str]


STATE_COLUMNS = State._fields
# How a person calls them.
FIELD_LABELS = {
    "name": "Name",
    "kind": "Kind",
    "status": "Status",
    "address_lines": "Address",
    "postcode": "Postcode",
    "postcode_is_valid": "Postcode well formed",
    "telephone": "Telephone",
    "parent_code": "Belongs to",
    "commissioner_code": "Commissioner",
    "geography_code": "Health geography",
    "region_code": "Region",
    "opened_on": "Opened",
    "closed_on": "Closed",
    "roles": "Roles",
}


def changed_fields(known: State, said: State) -> list[str]:
    """The fields in which ``said`` really differs from what is ``known``.

    The 2026 layout writes the same facts differently (FINDINGS 3.2, hazards 15 and 17): other spaces in
    telephone numbers, no county, no name in the address, and today's region for places that closed
    long ago. None of that is a change.
    """
    if known == said:
        return []
    changed = [field for field in STATE_COLUMNS if _key(field, known) != _key(field, said)]
    if (
        "address_lines" in changed
        and "postcode" not in changed
        and _same_place(known.address_lines, said.address_lines)
    ):
        changed.remove("address_lines")
    if known.status == said.status == "closed":
        changed = [field for field in changed if field not in ("region_code", "geography_code")]
    return changed


def updated(known: State, said: State) -> State:
    """``known`` with the fields that really changed; the rest stays as it was first written."""
    return known._replace(**{field: getattr(said, field) for field in changed_fields(known, said)})


def _key(field: str, state: State) -> Any:
    value = getattr(state, field)
    match field:
        case "name":
            return " ".join(value.upper().split())
        case "telephone":
            return re.sub(r"\D", "", value).lstrip("0")
        case "postcode":
            return "".join(value.upper().split())
        case "address_lines":
            return _words(value)
        case "roles":
            return sorted(value)
    return value


def _words(lines: list[str]) -> list[str]:
    return re.findall(r"[A-Z0-9]+", " ".join(lines).upper().replace("'", ""))


def _same_place(one: list[str], other: list[str]) -> bool:
    """Whether, at one postcode, the shorter address only leaves out words of the longer one, in the same order.

    So the county, the practice's own name or "THE" may be missing, but not the number be another.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    rest = iter(longer)
    return bool(shorter) and all(word in rest for word in shorter)
