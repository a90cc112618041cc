"""Setting free what was put aside for lines that will not be sent."""

from __future__ import annotations

from collections.abc import Iterable

from portal.foundation.access import Actor
from portal.supplies.models import OrderLine, Reservation, StockLevel
from portal.supplies.services.allocate_waiting import allocate_waiting
from portal.supplies.services.lock_levels import lock_levels


def release_reservations(actor: Actor, lines: Iterable[OrderLine]) -> None:
    """Frees the lines' reserved packs and offers them to waiting orders.

    The lines' order is locked by the caller; the levels are locked here, in id order.
    """
    held = list(Reservation.objects.filter(line__in=list(lines)).select_related("level"))
    if not held:
        return
    item_ids = sorted({each.level.item_id for each in held})
    levels = {level.id: level for level in lock_levels(item_ids)}
    for each in held:
        levels[each.level_id].reserved -= each.quantity
    Reservation.objects.filter(id__in=[each.id for each in held]).delete()
    StockLevel.objects.bulk_update(levels.values(), ["reserved"])
    allocate_waiting(actor, item_ids)
