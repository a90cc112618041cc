"""Putting the books right between counts: damage, losses, finds (J24)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput
from portal.supplies.events import STOCK_ADJUSTED
from portal.supplies.models import StockLevel, StockMovementKind
from portal.supplies.permissions import ADJUST_STOCK
from portal.supplies.services.allocate_waiting import allocate_waiting, lock_waiting
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.lock_levels import find_level, lock_level
from portal.supplies.services.move_stock import LARGEST_MOVEMENT, move_stock


@dataclass(frozen=True)
class AdjustmentReason:
    """Why stock is adjusted: ``direction`` is +1 or -1, so that nobody has to type a sign."""

    label: str
    direction: int
    note_needed: bool = False


REASONS = {
    "damaged": AdjustmentReason("Damaged, cannot be sent", -1),
    "out_of_date": AdjustmentReason("Out of date or superseded, destroyed", -1),
    "returned": AdjustmentReason("Sent back to the supplier", -1),
    "missing": AdjustmentReason("Missing from the shelf", -1, note_needed=True),
    "other_less": AdjustmentReason("Something else takes stock off", -1, note_needed=True),
    "found": AdjustmentReason("Found on another shelf", 1),
    "returned_by_site": AdjustmentReason("Came back from a site, unopened", 1, note_needed=True),
    "other_more": AdjustmentReason("Something else adds stock", 1, note_needed=True),
}


@dataclass(frozen=True, kw_only=True)
class AdjustStock:
    """The command: codes of store and item, packs (always positive), a key of REASONS, and a note.

    ``batch`` says which batch of clinical supplies it is; None: whichever expires first.
    """

    store: str
    item: str
    quantity: int
    reason: str
    note: str = ""
    batch: BatchName | None = None


@service(ADJUST_STOCK)
def adjust_stock(actor: Actor, command: AdjustStock) -> StockLevel:
    """Adds or takes off packs for a reason; what is added goes to waiting orders, oldest first.

    Raises InvalidInput when more would be taken off than is free: packs promised to orders are not
    taken by an adjustment. A count is the way to find that they are not there.
    """
    reason = _check(command)
    level = find_level(command.store, command.item)
    if reason.direction > 0:
        lock_waiting([level.item_id])
    level = lock_level(level)
    if reason.direction < 0 and command.quantity > level.available:
        raise InvalidInput({"quantity": _too_many(level)})
    text = f"{reason.label}. {command.note.strip()}".strip()
    quantity = reason.direction * command.quantity
    move_stock(
        actor, level, quantity, kind=StockMovementKind.ADJUSTMENT, reference="", reason=text, batch=command.batch
    )
    record(STOCK_ADJUSTED, actor=actor, subject=level, quantity=f"{quantity:+,}", reason=text)
    if reason.direction > 0:
        allocate_waiting(actor, [level.item_id])
        level.refresh_from_db(fields=["on_hand", "reserved"])
    return level


def _check(command: AdjustStock) -> AdjustmentReason:
    reason = REASONS.get(command.reason)
    if reason is None:
        raise InvalidInput({"reason": "Choose a reason."})
    if not 1 <= command.quantity <= LARGEST_MOVEMENT:
        raise InvalidInput({"quantity": f"Enter a number of packs from 1 to {LARGEST_MOVEMENT:,}."})
    if reason.note_needed and not command.note.strip():
        raise InvalidInput({"note": "Say what happened. Somebody will want to know later."})
    return reason


def _too_many(level: StockLevel) -> str:
    if not level.reserved:
        return f"There are only {level.on_hand:,} on the shelf. Enter that many or fewer."
    return (
        f"Only {level.available:,} of {level.on_hand:,} are free, because {level.reserved:,} are put aside for orders."
        " If they are not there, record a count instead. It shows which orders will wait."
    )
