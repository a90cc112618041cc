"""Packs that went from one store to another: off one shelf and onto the other in the same breath (J24, R4)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.supplies.events import STOCK_TRANSFERRED
from portal.supplies.models import StockLevel, StockMovementKind, Store
from portal.supplies.permissions import ADJUST_STOCK
from portal.supplies.services.allocate_waiting import allocate_waiting, lock_waiting
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.lock_levels import find_level, lock_levels
from portal.supplies.services.move_stock import LARGEST_MOVEMENT, move_stock


@dataclass(frozen=True, kw_only=True)
class TransferStock:
    """The command: codes of the item and both stores, packs, and which batch of clinical supplies."""

    store: str
    item: str
    to: str
    quantity: int
    batch: BatchName | None = None


@service(ADJUST_STOCK)
def transfer_stock(actor: Actor, command: TransferStock) -> StockLevel:
    """Moves free packs; a batch keeps its name and date. Returns the level they came from.

    In the other store they go to waiting orders first. Raises InvalidInput for packs that are put aside for
    orders, or that are not in the batch, and for a store that does not exist; NotFound for unknown codes.
    """
    if not 1 <= command.quantity <= LARGEST_MOVEMENT:
        raise InvalidInput({"quantity": f"Enter a number of packs from 1 to {LARGEST_MOVEMENT:,}."})
    if command.to == command.store or not Store.objects.filter(code=command.to).exists():
        raise InvalidInput({"to": "Choose another store."})
    source, target = find_level(command.store, command.item), find_level(command.to, command.item)
    if source.item.kept_in_batches and command.batch is None:
        raise InvalidInput({"batch": "Choose the batch that went."})
    lock_waiting([source.item_id])
    levels = {level.id: level for level in lock_levels([source.item_id])}
    source, target = levels[source.id], levels[target.id]
    if command.quantity > source.available:
        raise InvalidInput(
            {"quantity": f"Only {source.available:,} are free. The others are put aside for orders and stay here."}
        )
    kind, batch = StockMovementKind.TRANSFER, command.batch
    out, into = f"To {target.store.name}", f"From {source.store.name}"
    move_stock(actor, source, -command.quantity, kind=kind, reference="", reason=out, batch=batch)
    move_stock(actor, target, command.quantity, kind=kind, reference="", reason=into, batch=batch)
    record(STOCK_TRANSFERRED, actor=actor, subject=source, quantity=command.quantity, store=target.store.name)
    allocate_waiting(actor, [source.item_id])
    source.refresh_from_db(fields=["on_hand", "reserved"])
    return source
