"""What the catalogue's staff pages say. Strings only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.foundation.audit.models import AuditEvent
from portal.foundation.web.filters import count, day, moment
from portal.supplies.item_values import CONTRACTOR_TYPES, FIELDS, PICTURES, ItemValues, readable
from portal.supplies.models import CatalogueItem, ItemClass

LABELS = {
    "code": "Code",
    "name": "Name",
    "description": "Description",
    "item_class": "Kind",
    "contractor_types": "Who may order it",
    "category": "Category",
    "unit": "What one pack is called",
    "pack_size": "Pieces in a pack",
    "minimum_quantity": "Fewest packs in an order",
    "maximum_quantity": "Most packs in an order",
    "usual_quantity": "Usual quantity",
    "allowance_quantity": "Allowance: packs",
    "allowance_days": "Allowance: days",
    "lead_time": "Lead time",
    "approval_required": "Approval",
    "serial_numbered": "Serial numbers",
    "picture": "Drawing",
    "valid_from": "First day",
    "valid_to": "Last day",
    "replaced_by": "Replaced by",
}


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """One row of the catalogue list."""

    code: str
    name: str
    picture: str
    kind: str
    category: str
    ordered_by: str
    pack: str
    state: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One event of a history; ``changes`` are lines such as "Most packs in an order: 10, before 20"."""

    when: str
    sentence: str
    changes: list[str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field that two people changed at once."""

    label: str
    now: str
    typed: str


def item_row(item: CatalogueItem, today: date) -> ItemRow:
    """The item for the list."""
    state, colour = state_of(item, today)
    return ItemRow(
        code=item.code,
        name=item.name,
        picture=item.picture,
        kind=ItemClass(item.item_class).label,
        category=item.category,
        ordered_by=ordered_by(item.contractor_types),
        pack=pack_of(item),
        state=state,
        colour=colour,
    )


def state_of(item: CatalogueItem, today: date) -> tuple[str, str]:
    """Whether the item can be ordered, in words, and the colour of its tag."""
    if item.valid_from > today:
        return f"From {day(item.valid_from)}", "blue"
    if item.is_valid_on(today):
        return ("Can be ordered", "green") if item.valid_to is None else (f"Until {day(item.valid_to)}", "yellow")
    return "Withdrawn", "grey"


def ordered_by(contractor_types: Any) -> str:
    """GP practices and dental practices; all, when it is all."""
    if set(contractor_types) >= set(CONTRACTOR_TYPES):
        return "All contractors"
    return ", ".join(label for code, label in CONTRACTOR_TYPES.items() if code in contractor_types)


def pack_of(item: CatalogueItem) -> str:
    """Box of 2,000."""
    unit = item.unit[:1].upper() + item.unit[1:]
    return unit if item.pack_size == 1 else f"{unit} of {item.pack_size:,}"


def item_facts(item: CatalogueItem) -> list[dict[str, str]]:
    """The item's page as rows of a summary list."""
    facts = [
        ("Kind", ItemClass(item.item_class).label),
        ("Who may order it", ordered_by(item.contractor_types)),
        ("Category", item.category),
        ("Pack", pack_of(item)),
        (
            "In one order",
            f"{item.minimum_quantity:,} to {item.maximum_quantity:,}; a reason is asked above {item.usual_quantity:,}",
        ),
        ("Allowance of a site", _allowance(item)),
        ("Lead time", count(item.lead_time, "working day")),
        (
            "Approval",
            "Somebody else must approve every order" if item.approval_required else "Only where the site asks for it",
        ),
        ("Serial numbers", "Every piece is numbered" if item.serial_numbered else "Not numbered"),
        ("Can be ordered", _validity(item)),
    ]
    return [{"key": key, "value": value} for key, value in facts]


def _allowance(item: CatalogueItem) -> str:
    if item.allowance_quantity is None or item.allowance_days is None:
        return "None"
    return f"{item.allowance_quantity:,} in any {count(item.allowance_days, 'day')}"


def _validity(item: CatalogueItem) -> str:
    return f"From {day(item.valid_from)}" + (f" to {day(item.valid_to)}" if item.valid_to else ", no last day set")


def history_row(event: AuditEvent) -> HistoryRow:
    """An event in words, with what changed from what to what."""
    changes = event.payload.get("changes", {})
    return HistoryRow(
        when=moment(event.occurred_at),
        sentence=event.sentence,
        changes=[
            f"{LABELS.get(name, name.replace('_', ' ').capitalize())}: {said(name, new)}, before that {said(name, old)}"
            for name, (old, new) in changes.items()
        ],
    )


def said(name: str, value: Any) -> str:
    """A stored value in words."""
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "item_class":
        return str(dict(ItemClass.choices).get(value, value))
    if name == "contractor_types":
        return ordered_by(value)
    if name == "picture":
        return PICTURES.get(value, str(value))
    if name in {"valid_from", "valid_to"}:
        return day(date.fromisoformat(value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def both_values(current: ItemValues, typed: ItemValues) -> list[Difference]:
    """The fields in which what is stored now differs from what was typed."""
    now, mine = readable(current), readable(typed)
    return [
        Difference(label=LABELS[name], now=said(name, now[name]), typed=said(name, mine[name]))
        for name in FIELDS
        if now[name] != mine[name]
    ]
