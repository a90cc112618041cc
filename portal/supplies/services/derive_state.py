"""The order's state follows from its lines; written in the transaction that changed one."""

from __future__ import annotations

from portal.supplies.models import Order, OrderLine
from portal.supplies.states import order_state


def derive_state(order: Order) -> str:
    """Reads the lines' states, stores the order's and returns it. The order must be locked by the caller."""
    states = set(OrderLine.objects.filter(order=order).values_list("state", flat=True))
    order.state = order_state(states)
    order.save(update_fields=["state"])
    return order.state
