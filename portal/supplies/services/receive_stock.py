"""Goods in: what a supplier delivered goes on the shelf, and to those who wait for it (J24)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.supplies.events import STOCK_RECEIVED
from portal.supplies.models import StockLevel, StockMovementKind
from portal.supplies.permissions import RECEIVE_STOCK
from portal.supplies.services.allocate_waiting import allocate_waiting, lock_waiting
from portal.supplies.services.lock_levels import find_level, lock_level
from portal.supplies.services.move_stock import LARGEST_MOVEMENT, move_stock


@dataclass(frozen=True, kw_only=True)
class ReceiveStock:
    """The command: codes of store and item, packs, and the supplier's delivery note."""

    store: str
    item: str
    quantity: int
    note: str


@service(RECEIVE_STOCK)
def receive_stock(actor: Actor, command: ReceiveStock) -> StockLevel:
    """Books packs in and gives them to waiting orders, oldest first. Returns the level as it is afterwards.

    The date on which the delivery was expected is cleared: it has come. Raises NotFound for unknown codes
    and InvalidInput for a quantity or a note that cannot be.
    """
    if not 1 <= command.quantity <= LARGEST_MOVEMENT:
        raise InvalidInput({"quantity": f"Enter a number of packs from 1 to {LARGEST_MOVEMENT:,}."})
    if not command.note.strip():
        raise InvalidInput({"note": "Enter the number of the supplier's delivery note."})
    level = find_level(command.store, command.item)
    lock_waiting([level.item_id])
    level = lock_level(level)
    level.expected_on = None
    level.save(update_fields=["expected_on"])
    move_stock(actor, level, command.quantity, kind=StockMovementKind.RECEIPT, reference=command.note.strip())
    record(STOCK_RECEIVED, actor=actor, subject=level, quantity=command.quantity, note=command.note.strip())
    allocate_waiting(actor, [level.item_id])
    level.refresh_from_db(fields=["on_hand", "reserved"])
    return level
