"""The lock that every change of a consignment takes: its order's."""

from __future__ import annotations

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.supplies.models import Consignment, Order
from portal.supplies.services.lock_order import lock_order


def lock_consignment(actor: Actor, reference: str) -> tuple[Order, Consignment]:
    """The consignment and its order, locked until the transaction ends. Raises NotFound outside the scope (R1)."""
    found = Consignment.objects.visible_to(actor).filter(reference=reference)
    order_reference = found.values_list("order__reference", flat=True).first()
    if order_reference is None:
        raise NotFound
    order = lock_order(actor, order_reference)
    consignment = found.select_for_update(of=("self",)).select_related("store").get()
    consignment.order = order
    return order, consignment
