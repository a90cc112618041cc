"""Keeping the rules: what may be sent instead of what, in which proportion, from when to when (J24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.supplies.events import SUBSTITUTE_ALLOWED, SUBSTITUTE_ENDED
from portal.supplies.models import AllowedSubstitute, CatalogueItem
from portal.supplies.permissions import EDIT_CATALOGUE

MOST_PACKS = 1000
LONGEST_NOTE = 200


@dataclass(frozen=True, kw_only=True)
class AllowSubstitute:
    """The command: codes of an item and its substitute, ``packs`` of the latter for ``instead_of`` of the former."""

    item: str
    substitute: str
    packs: int = 1
    instead_of: int = 1
    valid_from: date
    valid_to: date | None = None
    note: str = ""


@service(EDIT_CATALOGUE)
def allow_substitute(actor: Actor, command: AllowSubstitute) -> AllowedSubstitute:
    """Allows a substitute, or changes the rule that is there. Secure stationery has none, and is none.

    Raises NotFound for an unknown item, InvalidInput by field.
    """
    item = _lock(actor, command.item)
    substitute = CatalogueItem.objects.visible_to(actor).filter(code=command.substitute.strip().upper()).first()
    errors: dict[str | None, str] = {}
    if never_substituted(item):
        errors[None] = f"{item.name} is secure stationery. It is never substituted."
    if substitute is None or substitute.id == item.id:
        errors["substitute"] = "Enter the code of another item of the catalogue."
    elif never_substituted(substitute):
        errors["substitute"] = f"{substitute.name} is secure stationery. It is never sent instead of something else."
    elif not set(substitute.contractor_types) & set(item.contractor_types):
        errors["substitute"] = f"No site that may order {item.name} may have {substitute.name}."
    if not (1 <= command.packs <= MOST_PACKS and 1 <= command.instead_of <= MOST_PACKS):
        errors["packs"] = f"Enter whole numbers from 1 to {MOST_PACKS}."
    if command.valid_to is not None and command.valid_to < command.valid_from:
        errors["valid_to"] = "The last day is before the first."
    if len(command.note.strip()) > LONGEST_NOTE:
        errors["note"] = f"Use {LONGEST_NOTE} characters or fewer."
    if errors or substitute is None:
        raise InvalidInput(errors)
    rule, _ = AllowedSubstitute.objects.update_or_create(
        item=item,
        substitute=substitute,
        defaults={
            "packs": command.packs, "instead_of": command.instead_of, "valid_from": command.valid_from,
            "valid_to": command.valid_to, "note": command.note.strip(), "added_by_name": actor.name,
        },
    )  # fmt: skip
    record(SUBSTITUTE_ALLOWED, actor=actor, subject=item, substitute=substitute.code, factor=rule.factor_words)
    return rule


@service(EDIT_CATALOGUE)
def end_substitute(actor: Actor, item_code: str, substitute_code: str) -> CatalogueItem:
    """The rule is not used any more from today on. What was offered already stays offered."""
    item = _lock(actor, item_code)
    rule = AllowedSubstitute.objects.filter(item=item, substitute__code=substitute_code).first()
    if rule is None:
        raise NotFound
    yesterday = timezone.localdate() - timedelta(days=1)
    if rule.valid_to is not None and rule.valid_to <= yesterday:
        nothing_changed()
        return item
    if rule.valid_from > yesterday:
        rule.delete()
    else:
        rule.valid_to = yesterday
        rule.save(update_fields=["valid_to"])
    record(SUBSTITUTE_ENDED, actor=actor, subject=item, substitute=substitute_code)
    return item


def never_substituted(item: CatalogueItem) -> bool:
    """Numbered forms and secure stationery are what was ordered, or nothing (J7)."""
    return item.is_secure or item.serial_numbered


def _lock(actor: Actor, code: str) -> CatalogueItem:
    item: CatalogueItem | None = (
        CatalogueItem.objects.visible_to(actor).select_for_update().filter(code=code.strip().upper()).first()
    )
    if item is None:
        raise NotFound
    return item
