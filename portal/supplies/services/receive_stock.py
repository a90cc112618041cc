"""Goods in: what a supplier delivered goes on the shelf, and to those who wait for it (J24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.supplies.events import STOCK_RECEIVED
from portal.supplies.models import StockLevel, StockMovementKind
from portal.supplies.permissions import RECEIVE_STOCK
from portal.supplies.services.allocate_waiting import allocate_waiting, lock_waiting
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.lock_levels import find_level, lock_level
from portal.supplies.services.move_stock import LARGEST_MOVEMENT, move_stock


@dataclass(frozen=True, kw_only=True)
class ReceiveStock:
    """The command: codes of store and item, packs, and the supplier's delivery note.

    ``purchase`` is our own purchase reference. Clinical supplies need ``batch`` and ``expires_on``, the first
    day on which they may no longer be sent.
    """

    store: str
    item: str
    quantity: int
    note: str
    purchase: str = ""
    batch: str = ""
    expires_on: date | None = None


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
    batch = _batch_of(command) if level.item.kept_in_batches else None
    lock_waiting([level.item_id])
    level = lock_level(level)
    level.expected_on = None
    level.save(update_fields=["expected_on"])
    move_stock(
        actor,
        level,
        command.quantity,
        kind=StockMovementKind.RECEIPT,
        reference=command.note.strip(),
        reason=f"Batch {batch.code}" if batch else "",
        purchase=command.purchase.strip(),
        batch=batch,
    )
    record(STOCK_RECEIVED, actor=actor, subject=level, quantity=command.quantity, note=command.note.strip())
    allocate_waiting(actor, [level.item_id])
    level.refresh_from_db(fields=["on_hand", "reserved"])
    return level


def _batch_of(command: ReceiveStock) -> BatchName:
    """The batch that came in. Raises InvalidInput when it has no name, or is out of date already."""
    errors: dict[str | None, str] = {}
    if not command.batch.strip():
        errors["batch"] = "Enter the batch number that is printed on the box."
    if command.expires_on is None:
        errors["expires_on"] = "Enter the date that is printed beside the batch number."
    elif command.expires_on <= timezone.localdate():
        errors["expires_on"] = "This batch is out of date. Do not book it in: send it back to the supplier."
    if errors:
        raise InvalidInput(errors)
    return BatchName(code=command.batch.strip(), expires_on=command.expires_on)
