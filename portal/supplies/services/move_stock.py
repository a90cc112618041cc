"""Writing what changed on a shelf: the level and its ledger, always together (R4, I2)."""

from __future__ import annotations

from portal.foundation.access import Actor
from portal.foundation.errors import InvalidInput
from portal.supplies.models import ConsignmentLine, StockLevel, StockMovement
from portal.supplies.services.keep_batches import NOT_RECORDED, BatchName, put_into_batch, send_picks, take_from_batches

# No shelf holds more; a larger number is a slip of the keyboard.
LARGEST_STOCK = 10_000_000
LARGEST_MOVEMENT = 1_000_000


def move_stock(
    actor: Actor,
    level: StockLevel,
    quantity: int,
    *,
    kind: str,
    reference: str,
    reason: str = "",
    purchase: str = "",
    batch: BatchName | None = None,
    sent: ConsignmentLine | None = None,
) -> StockMovement:
    """Adds ``quantity`` packs (negative: takes them off) to a level that the caller has locked.

    Where the item is kept in batches, the packs come from ``batch``, from those picked for the line that is
    ``sent``, or from whichever expires first; what is added goes to ``batch``, or to one that is not recorded.
    Raises InvalidInput when the shelf could not hold that. The CHECK constraints stand behind it.
    """
    if level.on_hand + quantity > LARGEST_STOCK:
        raise InvalidInput({"quantity": f"That would make more than {LARGEST_STOCK:,} on the shelf. Check the number."})
    if level.on_hand + quantity < 0:
        raise InvalidInput({"quantity": f"There are only {level.on_hand:,} on the shelf. Enter that many or fewer."})
    level.on_hand += quantity
    level.save(update_fields=["on_hand"])
    movement = StockMovement.objects.create(
        level=level,
        kind=kind,
        quantity=quantity,
        balance=level.on_hand,
        reference=reference,
        reason=reason,
        purchase=purchase,
        actor_user_id=actor.user_id,
        actor_name=actor.name,
    )
    if level.item.kept_in_batches and quantity:
        _move_batches(movement, level, batch, sent)
    return movement


def _move_batches(
    movement: StockMovement, level: StockLevel, batch: BatchName | None, sent: ConsignmentLine | None
) -> None:
    if movement.quantity > 0:
        put_into_batch(movement, level, batch or NOT_RECORDED)
    elif sent is not None:
        send_picks(movement, sent)
    else:
        take_from_batches(movement, level, name=batch)
