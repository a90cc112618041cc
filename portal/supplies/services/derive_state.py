"""What an order's row says of its lines; written in the transaction that changed one."""

from __future__ import annotations

from portal.supplies.models import Order, OrderLine, Reservation
from portal.supplies.states import OPEN_TO_PICKING, PICKABLE, order_state


def derive_state(order: Order) -> str:
    """Stores the state of the order and the store that picks next for it, and returns the state.

    Call it when lines or what is put aside for them have changed. The order must be locked by the caller.
    """
    states = set(OrderLine.objects.filter(order=order).values_list("state", flat=True))
    order.state = order_state(states)
    order.pick_store_id = _pick_store(order) if order.state in OPEN_TO_PICKING else None
    order.save(update_fields=["state", "pick_store"])
    return order.state


def _pick_store(order: Order) -> int | None:
    """The first store that has put something aside which can be picked now."""
    put_aside = Reservation.objects.filter(line__order=order, line__state__in=PICKABLE)
    in_turn = put_aside.order_by("level__store__priority", "level__store_id")
    return in_turn.values_list("level__store_id", flat=True).first()
