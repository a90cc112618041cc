"""Adding an item to the catalogue (J24)."""

from __future__ import annotations

from dataclasses import asdict

from django.db import IntegrityError, transaction

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.supplies.events import ITEM_ADDED
from portal.supplies.item_values import ItemValues, problems, readable
from portal.supplies.models import CatalogueItem, StockLevel, Store
from portal.supplies.permissions import EDIT_CATALOGUE


@service(EDIT_CATALOGUE)
def add_item(actor: Actor, values: ItemValues) -> CatalogueItem:
    """Adds the item, with an empty shelf in every store, and returns it.

    Raises InvalidInput by field when a value breaks a rule or the code is taken.
    """
    if found := problems(values):
        raise InvalidInput(found)
    item = CatalogueItem(**{**asdict(values), **stored_values(values)})
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidInput({"code": f"There is already an item with the code {values.code}."}) from error
    StockLevel.objects.bulk_create(StockLevel(store=store, item=item) for store in Store.objects.all())
    record(ITEM_ADDED, actor=actor, subject=item, values=readable(values))
    return item


def stored_values(values: ItemValues) -> dict[str, object]:
    """The values that the row keeps in another shape. Raises InvalidInput when the replacement does not exist."""
    return {"contractor_types": sorted(values.contractor_types), "replaced_by": _replacement(values)}


def _replacement(values: ItemValues) -> CatalogueItem | None:
    if not values.replaced_by:
        return None
    found: CatalogueItem | None = (
        CatalogueItem.objects.filter(code=values.replaced_by).select_related("replaced_by").first()
    )
    if found is None:
        raise InvalidInput({"replaced_by": f"There is no item with the code {values.replaced_by}."})
    if values.code in _chain(found):
        raise InvalidInput({"replaced_by": f"{found.code} is itself replaced by {values.code}. Choose another item."})
    return found


def _chain(item: CatalogueItem | None) -> set[str]:
    """The codes that an item leads to. A ring made by hand ends the walk too."""
    codes: set[str] = set()
    while item is not None and item.code not in codes:
        codes.add(item.code)
        item = item.replaced_by
    return codes
