"""A stock count: the shelf is right and the books follow, even when orders lose what they were promised (J24)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.supplies.events import STOCK_COUNTED
from portal.supplies.models import Order, StockLevel, StockMovementKind
from portal.supplies.permissions import COUNT_STOCK
from portal.supplies.services.allocate_waiting import allocate_waiting, lock_waiting
from portal.supplies.services.lock_levels import find_level, lock_level
from portal.supplies.services.move_stock import LARGEST_STOCK, move_stock
from portal.supplies.services.take_back import Loss, losses, take_back


@dataclass(frozen=True, kw_only=True)
class CountStock:
    """The command: codes of store and item, packs counted, and what the page said was on hand (``seen``)."""

    store: str
    item: str
    counted: int
    seen: int


@service(COUNT_STOCK)
def count_stock(actor: Actor, command: CountStock) -> StockLevel:
    """Makes the books say what was counted. Returns the level as it is afterwards.

    More than the books said: the surplus goes to waiting orders. Fewer than is promised: the newest orders
    lose their packs and wait. Raises InvalidInput when stock moved since the page was shown, or when
    packs of consignments that are being picked would be missing.
    """
    if not 0 <= command.counted <= LARGEST_STOCK:
        raise InvalidInput({"counted": f"Enter a number of packs from 0 to {LARGEST_STOCK:,}."})
    level = find_level(command.store, command.item)
    orders = lock_orders_of(losses(level, command.counted), level)
    level = lock_level(level)
    if level.on_hand != command.seen:
        raise InvalidInput({None: f"Stock moved while you counted: the books now say {level.on_hand:,}. Count again."})
    lost = losses(level, command.counted)
    if not {each.reservation.line.order_id for each in lost} <= orders.keys():
        raise InvalidInput({None: "Orders changed while you counted. Look at the difference again, then confirm."})
    _refuse_what_is_being_picked(level, command.counted, lost)
    take_back(actor, level, lost, orders)
    difference = command.counted - level.on_hand
    move_stock(actor, level, difference, kind=StockMovementKind.COUNT, reference="", reason=_sentence(difference))
    record(STOCK_COUNTED, actor=actor, subject=level, counted=command.counted, expected=command.seen)
    allocate_waiting(actor, [level.item_id])
    level.refresh_from_db(fields=["on_hand", "reserved"])
    return level


def _refuse_what_is_being_picked(level: StockLevel, counted: int, lost: list[Loss]) -> None:
    kept = level.reserved - sum(each.quantity for each in lost)
    if kept > counted:
        raise InvalidInput(
            {
                "counted": f"Consignments that are being picked or packed hold {kept:,}. Count these packs too."
                " If they are missing, finish the picking with what is there, then count."
            }
        )


def lock_orders_of(lost: list[Loss], level: StockLevel) -> dict[int, Order]:
    """Locks the orders that will lose packs together with those that wait, in one go and in id order."""
    waiting = lock_waiting([level.item_id], besides=[each.reservation.line.order_id for each in lost])
    return {order.id: order for order in Order.objects.select_related("organisation").filter(id__in=waiting)}


def _sentence(difference: int) -> str:
    if difference == 0:
        return "The shelf agrees with the books."
    return f"{abs(difference):,} {'more' if difference > 0 else 'fewer'} than the books said."
