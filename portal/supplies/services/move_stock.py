"""Writing what changed on a shelf: the level and its ledger, always together (R4, I2)."""

from __future__ import annotations

from portal.foundation.access import Actor
from portal.foundation.errors import InvalidInput
from portal.supplies.models import StockLevel, StockMovement

# No shelf holds more; a larger number is a slip of the keyboard.
LARGEST_STOCK = 10_000_000
LARGEST_MOVEMENT = 1_000_000


def move_stock(
    actor: Actor, level: StockLevel, quantity: int, *, kind: str, reference: str, reason: str = ""
) -> StockMovement:
    """Adds ``quantity`` packs (negative: takes them off) to a level that the caller has locked.

    Raises InvalidInput when the shelf could not hold that. The CHECK constraints stand behind it.
    """
    if level.on_hand + quantity > LARGEST_STOCK:
        raise InvalidInput({"quantity": f"That would make more than {LARGEST_STOCK:,} on the shelf. Check the number."})
    if level.on_hand + quantity < 0:
        raise InvalidInput({"quantity": f"There are only {level.on_hand:,} on the shelf. Enter that many or fewer."})
    level.on_hand += quantity
    level.save(update_fields=["on_hand"])
    return StockMovement.objects.create(
        level=level,
        kind=kind,
        quantity=quantity,
        balance=level.on_hand,
        reference=reference,
        reason=reason,
        actor_user_id=actor.user_id,
        actor_name=actor.name,
    )
