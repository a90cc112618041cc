"""What staff decide about a catalogue item, and the rules these values obey, in one place.

The edit form, the seed file and the services all go through ``problems``.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from portal.supplies.models import CatalogueItem, ItemClass

CONTRACTOR_TYPES = {
    "gp": "GP practices",
    "dental": "Dental practices",
    "ophthalmic": "Opticians",
    "pharmacy": "Pharmacies",
}
# The drawings in static/supplies/pictures; a test compares the two.
PICTURES = {
    "form": "Single form",
    "form-box": "Box of forms",
    "pad": "Pad",
    "token": "Token sheet",
    "roll": "Roll",
    "booklet": "Booklet",
    "leaflet": "Leaflet",
    "card": "Card",
    "envelope": "Envelope",
    "folder": "Folder",
    "label": "Labels",
    "bag-small": "Small bag",
    "bag-medium": "Medium bag",
    "bag-large": "Large bag",
    "needle": "Needle",
    "syringe": "Syringe",
    "cup": "Cup",
}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LENGTHS = {"name": 120, "description": 500, "category": 60, "unit": 20}
_LARGEST = {"pack_size": 100_000, "maximum_quantity": 10_000, "allowance_quantity": 100_000, "allowance_days": 3_660}
_LONGEST_LEAD_TIME = 250  # working days: a year


@dataclass(frozen=True, kw_only=True)
class ItemValues:
    """The values of one item. Quantities are packs; ``lead_time`` is working days; ``replaced_by`` is a code or ''."""

    code: str
    name: str
    description: str
    item_class: str
    contractor_types: tuple[str, ...]
    category: str
    unit: str
    pack_size: int
    minimum_quantity: int
    maximum_quantity: int
    usual_quantity: int
    allowance_quantity: int | None
    allowance_days: int | None
    lead_time: int
    approval_required: bool
    serial_numbered: bool
    picture: str
    valid_from: date
    valid_to: date | None
    replaced_by: str


FIELDS = tuple(field.name for field in fields(ItemValues))


def values_of(item: CatalogueItem) -> ItemValues:
    """The item's values as they are stored. Reads ``item.replaced_by``."""
    plain = {name: getattr(item, name) for name in FIELDS if name not in {"replaced_by", "contractor_types"}}
    return ItemValues(
        **plain,
        contractor_types=tuple(item.contractor_types),
        replaced_by=item.replaced_by.code if item.replaced_by else "",
    )


def readable(values: ItemValues) -> dict[str, Any]:
    """The values as JSON can hold them, for the record."""
    return {name: _plain(value) for name, value in asdict(values).items()}


def differences(old: ItemValues, new: ItemValues) -> dict[str, list[Any]]:
    """Field -> [old, new], as JSON can hold them, for the fields that differ."""
    before, after = readable(old), readable(new)
    return {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, tuple) else value


def problems(values: ItemValues) -> dict[str | None, str]:
    """What is wrong with the values, by field, each as a sentence; empty when nothing is. Pure."""
    return {**_text_problems(values), **_number_problems(values), **_date_problems(values)}


def _text_problems(values: ItemValues) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    if not _CODE.fullmatch(values.code):
        found["code"] = "Enter a code of 2 to 20 capital letters, digits and hyphens, such as FP10SS."
    for name, length in _LENGTHS.items():
        text = getattr(values, name)
        if not text.strip() and name != "description":
            found[name] = f"Enter the item's {name}."
        elif len(text) > length:
            found[name] = f"Use {length} characters or fewer. You used {len(text)}."
        elif _CONTROL.search(text):
            found[name] = "Use one line of plain text, without control characters."
    if values.item_class not in ItemClass.values:
        found["item_class"] = f"Choose the kind of item: {', '.join(ItemClass.values)}."
    if not values.contractor_types:
        found["contractor_types"] = "Choose who may order it."
    elif unknown := set(values.contractor_types) - set(CONTRACTOR_TYPES):
        found["contractor_types"] = f"There is no contractor type {', '.join(sorted(unknown))}."
    if values.picture not in PICTURES:
        found["picture"] = "Choose one of the drawings."
    return found


def _number_problems(values: ItemValues) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for name in ("pack_size", "minimum_quantity"):
        if getattr(values, name) < 1:
            found[name] = "Enter 1 or more."
    if values.usual_quantity < values.minimum_quantity:
        found["usual_quantity"] = "The usual quantity cannot be below the minimum."
    if values.maximum_quantity < values.usual_quantity:
        found["maximum_quantity"] = "The maximum cannot be below the usual quantity."
    if (values.allowance_quantity is None) != (values.allowance_days is None):
        found["allowance_quantity"] = "Give both the packs and the days of the allowance, or neither."
    elif values.allowance_quantity is not None and values.allowance_quantity < values.minimum_quantity:
        found["allowance_quantity"] = "The allowance cannot be below the minimum, or nobody could order."
    if values.allowance_days is not None and values.allowance_days < 1:
        found["allowance_days"] = "Enter 1 day or more."
    for name, largest in _LARGEST.items():
        if (getattr(values, name) or 0) > largest:
            found[name] = f"Enter {largest:,} or fewer."
    if not 0 <= values.lead_time <= _LONGEST_LEAD_TIME:
        found["lead_time"] = f"Enter a number of working days from 0 to {_LONGEST_LEAD_TIME}."
    return found


def _date_problems(values: ItemValues) -> dict[str | None, str]:
    if values.valid_to is not None and values.valid_to < values.valid_from:
        return {"valid_to": "The last day cannot be before the first day."}
    if values.replaced_by == values.code:
        return {"replaced_by": "An item cannot replace itself."}
    return {}
