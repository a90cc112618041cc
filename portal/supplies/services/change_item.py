"""Changing an item of the catalogue, or withdrawing it: its row stays for old orders (J24)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.supplies.events import ITEM_CHANGED
from portal.supplies.item_values import ItemValues, differences, problems, values_of
from portal.supplies.models import CatalogueItem
from portal.supplies.permissions import EDIT_CATALOGUE
from portal.supplies.services.add_item import stored_values
from portal.supplies.services.lock_levels import lock_levels


@dataclass(frozen=True, kw_only=True)
class ChangeItem:
    """The command. ``version`` is the item's version on the page that was filled in."""

    version: int
    values: ItemValues


class StaleItem(InvalidInput):
    """Somebody else changed the item meanwhile; ``current`` holds what it is now and ``version`` its version."""

    def __init__(self, current: ItemValues, version: int) -> None:
        super().__init__(
            {None: "Somebody else changed this item while you were editing it. Nothing of yours was saved yet."}
        )
        self.current = current
        self.version = version


@service(EDIT_CATALOGUE)
def change_item(actor: Actor, command: ChangeItem) -> CatalogueItem:
    """Gives the item (found by its code, which never changes) the new values.

    Raises NotFound, StaleItem when the version is no longer the item's, and InvalidInput by field.
    Orders already placed keep the name and the limits they were placed with.
    """
    item: CatalogueItem | None = (
        CatalogueItem.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("replaced_by")
        .filter(code=command.values.code)
        .first()
    )
    if item is None:
        raise NotFound
    before = values_of(item)
    if item.version != command.version:
        raise StaleItem(before, item.version)
    if found := problems(command.values):
        raise InvalidInput(found)
    changes = differences(before, command.values)
    if not changes:
        nothing_changed()
        return item
    if "clinical" in changes.get("item_class", []):
        _refuse_with_stock(item)
    for name, value in {**asdict(command.values), **stored_values(command.values)}.items():
        setattr(item, name, value)
    item.version += 1
    item.save()
    record(ITEM_CHANGED, actor=actor, subject=item, changes=changes)
    return item


def _refuse_with_stock(item: CatalogueItem) -> None:
    """Clinical supplies lie on the shelf in batches, others do not: the change waits for empty shelves."""
    if any(level.on_hand for level in lock_levels([item.id])):
        raise InvalidInput(
            {"item_class": "Clinical supplies are kept in batches. Empty the shelves of this item first."}
        )
