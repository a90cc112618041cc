"""Giving free stock to waiting orders by hand, where a receipt served only the first of many."""

from __future__ import annotations

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.errors import NotFound
from portal.supplies.models import CatalogueItem
from portal.supplies.permissions import RECEIVE_STOCK
from portal.supplies.services.allocate_waiting import allocate_waiting, lock_waiting


@service(RECEIVE_STOCK)
def give_stock(actor: Actor, item: str) -> int:
    """Gives the item's free stock to the orders that wait longest; returns how many orders got some."""
    found = CatalogueItem.objects.visible_to(actor).filter(code=item).first()
    if found is None:
        raise NotFound
    lock_waiting([found.id])
    orders = allocate_waiting(actor, [found.id])
    if not orders:
        nothing_changed()
    return len(orders)
