"""Telling sites in the catalogue that an item is short, and what to order instead (J24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.supplies.events import SHORTAGE_OVER, SHORTAGE_TOLD
from portal.supplies.models import CatalogueItem, ShortageNotice
from portal.supplies.permissions import EDIT_CATALOGUE

LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class TellShortage:
    """The command: the item's code, what sites read, the code of a substitute or '', and the last day it is shown."""

    item: str
    words: str
    substitute: str = ""
    ends_on: date | None = None


@service(EDIT_CATALOGUE)
def tell_shortage(actor: Actor, command: TellShortage) -> ShortageNotice:
    """Shows the notice in the catalogue from now on. Raises NotFound for an unknown item, InvalidInput by field."""
    item = _lock(actor, command.item)
    words = " ".join(command.words.split())
    substitute = None
    errors: dict[str | None, str] = {}
    if not 1 <= len(words) <= LONGEST:
        errors["words"] = f"Say in up to {LONGEST} characters what happened and what sites should do."
    if command.substitute.strip():
        substitute = _substitute(actor, item, command.substitute.strip().upper())
        if substitute is None:
            errors["substitute"] = "Enter the code of another item that can be ordered today by the same sites."
    if command.ends_on is not None and command.ends_on < timezone.localdate():
        errors["ends_on"] = "Enter today or a later day."
    if errors:
        raise InvalidInput(errors)
    notice, _ = ShortageNotice.objects.update_or_create(
        item=item,
        defaults={
            "words": words, "substitute": substitute, "ends_on": command.ends_on, "updated_at": timezone.now(),
            "updated_by_name": actor.name,
        },
    )  # fmt: skip
    code = substitute.code if substitute else "nothing"
    record(SHORTAGE_TOLD, actor=actor, subject=item, words=words, substitute=code)
    return notice


@service(EDIT_CATALOGUE)
def end_shortage(actor: Actor, code: str) -> CatalogueItem:
    """Takes the notice away. Raises NotFound for an unknown item."""
    item = _lock(actor, code)
    deleted, _ = ShortageNotice.objects.filter(item=item).delete()
    if not deleted:
        nothing_changed()
        return item
    record(SHORTAGE_OVER, actor=actor, subject=item)
    return item


def _lock(actor: Actor, code: str) -> CatalogueItem:
    item: CatalogueItem | None = (
        CatalogueItem.objects.visible_to(actor).select_for_update().filter(code=code.strip().upper()).first()
    )
    if item is None:
        raise NotFound
    return item


def _substitute(actor: Actor, item: CatalogueItem, code: str) -> CatalogueItem | None:
    """The substitute, if at least one kind of site that may order the item may order it too."""
    found: CatalogueItem | None = CatalogueItem.objects.visible_to(actor).filter(code=code).first()
    if found is None or found.id == item.id or not found.is_valid_on(timezone.localdate()):
        return None
    return found if set(found.contractor_types) & set(item.contractor_types) else None
