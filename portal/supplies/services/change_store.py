"""Adding a store and changing it (J24)."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.supplies.events import STORE_ADDED, STORE_CHANGED
from portal.supplies.models import CatalogueItem, StockLevel, Store
from portal.supplies.permissions import ADJUST_STOCK

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_NAME, _LAST_PRIORITY = 60, 999


@dataclass(frozen=True, kw_only=True)
class StoreValues:
    """What staff decide about a store. Orders are served from the lowest ``priority`` first."""

    code: str
    name: str
    priority: int
    is_active: bool


@service(ADJUST_STOCK)
def add_store(actor: Actor, values: StoreValues) -> Store:
    """Adds a store with an empty shelf for every item. Raises InvalidInput by field."""
    _check(values)
    store = Store(**asdict(values))
    try:
        with transaction.atomic():
            store.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidInput({"code": f"There is already a store with the code {values.code}."}) from error
    StockLevel.objects.bulk_create(StockLevel(store=store, item=item) for item in CatalogueItem.objects.all())
    record(STORE_ADDED, actor=actor, subject=store, name=store.name)
    return store


@service(ADJUST_STOCK)
def change_store(actor: Actor, values: StoreValues) -> Store:
    """Changes the store with the code, which stays. Raises NotFound, and InvalidInput by field.

    A store that is not active gives no stock to new orders; what is put aside there is still sent.
    """
    _check(values)
    store = Store.objects.select_for_update().filter(code=values.code).first()
    if store is None:
        raise NotFound
    changes = {
        name: [getattr(store, name), value] for name, value in asdict(values).items() if getattr(store, name) != value
    }
    if not changes:
        nothing_changed()
        return store
    for name, (_, value) in changes.items():
        setattr(store, name, value)
    store.save(update_fields=list(changes))
    record(STORE_CHANGED, actor=actor, subject=store, changes=changes)
    return store


def _check(values: StoreValues) -> None:
    found: dict[str | None, str] = {}
    if not _CODE.fullmatch(values.code):
        found["code"] = "Enter a code of 2 to 12 capital letters, digits and hyphens, such as NORTH."
    if not values.name.strip() or len(values.name) > _LONGEST_NAME or _CONTROL.search(values.name):
        found["name"] = f"Enter the store's name, in {_LONGEST_NAME} characters or fewer."
    if not 0 <= values.priority <= _LAST_PRIORITY:
        found["priority"] = f"Enter a number from 0 to {_LAST_PRIORITY}."
    if found:
        raise InvalidInput(found)
