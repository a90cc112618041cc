"""The lock that every change of an order takes first."""

from __future__ import annotations

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.supplies.models import Order, OrderLine


def lock_order(actor: Actor, reference: str) -> Order:
    """The order, locked until the transaction ends. Raises NotFound outside the actor's scope (R1)."""
    order: Order | None = Order.objects.visible_to(actor).select_for_update().filter(reference=reference).first()
    if order is None:
        raise NotFound
    return order


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines in their order. The order's lock covers them."""
    return list(OrderLine.objects.filter(order=order).order_by("position"))
