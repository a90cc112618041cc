"""A second person decides what a count found: the books follow, or the shelf is counted again (J24)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.supplies.events import COUNT_REJECTED, STOCK_COUNTED
from portal.supplies.models import StockCount, StockLevel, StockMovementKind
from portal.supplies.permissions import DECIDE_COUNT
from portal.supplies.services.allocate_waiting import allocate_waiting
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.lock_levels import lock_level
from portal.supplies.services.move_stock import move_stock
from portal.supplies.services.take_back import Loss, lock_orders_of, losses, take_back
from portal.supplies.states import STOCK_COUNT


@dataclass(frozen=True, kw_only=True)
class DecideCount:
    """The command: which count, and why it is rejected; '' approves nothing by itself."""

    count: str
    reason: str = ""


@service(DECIDE_COUNT)
def approve_count(actor: Actor, command: DecideCount) -> StockCount:
    """Books the difference. Returns the count.

    More than the books said: the surplus goes to waiting orders. Fewer than is promised: the newest orders
    lose their packs and wait. Raises Refused for who counted, and Conflict when it was decided before, when
    packs that are being picked would be missing, or when the shelf does not hold so many any more.
    """
    count = _find(command.count)
    level = count.level
    orders = lock_orders_of(losses(level, level.on_hand + count.difference), level)
    level = lock_level(level)
    count = _lock(actor, count, "approved")
    left = level.on_hand + count.difference
    lost = losses(level, left)
    if not {each.reservation.line.order_id for each in lost} <= orders.keys():
        raise Conflict("Orders changed at this moment. Open the count again, then decide.")
    _refuse_what_is_being_picked(level, left, lost)
    take_back(actor, level, lost, orders)
    move_stock(
        actor,
        level,
        count.difference,
        kind=StockMovementKind.COUNT,
        reference=count.reference,
        reason=_sentence(count),
        batch=BatchName(code=count.batch_code, expires_on=count.batch_expires_on),
    )
    record(STOCK_COUNTED, actor=actor, subject=level, counted=count.counted, expected=count.seen)
    allocate_waiting(actor, [level.item_id])
    return count


@service(DECIDE_COUNT)
def reject_count(actor: Actor, command: DecideCount) -> StockCount:
    """Leaves the books as they are. Raises InvalidInput without a reason, Refused for who counted, Conflict."""
    if not command.reason.strip():
        raise InvalidInput({"reason": "Say why, so that whoever counts again knows what to look at."})
    count = _find(command.count)
    level = lock_level(count.level)
    count = _lock(actor, count, "rejected", reason=command.reason.strip())
    record(COUNT_REJECTED, actor=actor, subject=level, counted=count.counted, reason=count.reason)
    return count


def _find(reference: str) -> StockCount:
    count = StockCount.objects.select_related("level__store", "level__item").filter(reference=reference).first()
    if count is None:
        raise NotFound
    return count


def _lock(actor: Actor, count: StockCount, target: str, *, reason: str = "") -> StockCount:
    """The decision, written on the count as it is now; its shelf is locked by the caller."""
    count = StockCount.objects.select_for_update(of=("self",)).select_related("level__item").get(pk=count.pk)
    if actor.user_id is not None and actor.user_id == count.counted_by_id:
        raise Refused("You cannot decide this count because you counted. Ask somebody else who may decide.")
    STOCK_COUNT.check(actor, count.state, target)
    count.decided_by_id, count.decided_by_name = actor.user_id, actor.name
    count.decided_at, count.reason, count.state = timezone.now(), reason, target
    count.save()
    return count


def _refuse_what_is_being_picked(level: StockLevel, left: int, lost: list[Loss]) -> None:
    kept = level.reserved - sum(each.quantity for each in lost)
    if left < 0:
        raise Conflict(
            f"The shelf holds only {level.on_hand:,} by now, fewer than are missing. Reject it, and count again."
        )
    if kept > left:
        raise Conflict(
            f"Consignments that are being picked or packed hold {kept:,}. If these packs are missing, finish the"
            " picking with what is there. Then reject this count, and count again."
        )


def _sentence(count: StockCount) -> str:
    more_or_fewer = "more" if count.difference > 0 else "fewer"
    batch = f" Batch {count.batch_code}." if count.batch_code else ""
    return f"{abs(count.difference):,} {more_or_fewer} than the books said. Counted by {count.counted_by_name}.{batch}"
