"""What goes out of date comes off the books in the night, and orders that counted on it wait for more (J24)."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.web.filters import count
from portal.supplies.events import STOCK_EXPIRED
from portal.supplies.models import StockBatch, StockLevel, StockMovementKind
from portal.supplies.permissions import ADJUST_STOCK
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.lock_levels import lock_level
from portal.supplies.services.move_stock import move_stock
from portal.supplies.services.take_back import lock_orders_of, losses, take_back


def levels_with_expired() -> list[StockLevel]:
    """The shelves on which something lies that may no longer be sent, and that no consignment holds."""
    return list(
        StockLevel.objects.select_related("store", "item").filter(id__in=_expired().values("level_id")).order_by("id")
    )


@service(ADJUST_STOCK)
def remove_expired(actor: Actor, level: StockLevel) -> int:
    """Takes one shelf's out-of-date packs off the books; returns how many.

    The newest orders lose what they were promised of them, and their people are told. Packs that lie in a
    consignment, or that a picker is looking for, stay for another night: the scan and the hand-over refuse them.
    """
    level = StockLevel.objects.select_related("store", "item").get(pk=level.pk)
    lost = losses(level, level.on_hand - _expired_packs(level))
    orders = lock_orders_of(lost, level)
    level = lock_level(level)
    lost = losses(level, level.on_hand - _expired_packs(level))
    if not {each.reservation.line.order_id for each in lost} <= orders.keys():
        nothing_changed()  # an order came in between: the next run, minutes from now, sees it
        return 0
    take_back(actor, level, lost, orders)
    names, removed = [], 0
    for batch in _expired().filter(level=level):
        packs = min(batch.free, level.available)
        if packs <= 0:
            continue
        move_stock(
            actor,
            level,
            -packs,
            kind=StockMovementKind.ADJUSTMENT,
            reference="",
            reason=f"Batch {batch.code} is out of date. Destroy it.",
            batch=BatchName(code=batch.code, expires_on=batch.expires_on),
        )
        names.append(batch.code)
        removed += packs
    if not removed and not lost:
        nothing_changed()
        return 0
    record(STOCK_EXPIRED, actor=actor, subject=level, quantity=count(removed, "pack"), batches=", ".join(names))
    return removed


def _expired_packs(level: StockLevel) -> int:
    return sum(batch.free for batch in _expired().filter(level=level))


def _expired() -> QuerySet[StockBatch]:
    return StockBatch.objects.filter(expires_on__lte=timezone.localdate(), on_hand__gt=F("held")).order_by(
        "expires_on", "id"
    )
