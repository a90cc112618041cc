"""What staff reads about batches: what lies where until when, and which sites got a batch that is recalled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.supplies.models import BatchPick, StockBatch, StockLevel
from portal.supplies.permissions import VIEW_STOCK
from portal.supplies.services.keep_batches import BatchName

SOON = timedelta(days=90)
BATCH_STATES = {
    "": "On a shelf",
    "soon": "Out of date within 90 days",
    "past": "Out of date",
    "unknown": "Batch not recorded",
    "all": "All, also empty ones",
}


@dataclass(frozen=True, kw_only=True)
class BatchFilter:
    """What the list of batches is narrowed to."""

    q: str = ""
    store: str = ""
    state: str = ""


def batches_on(actor: Actor, level: StockLevel) -> list[StockBatch]:
    """What lies on one shelf, the first to expire first."""
    actor.require(VIEW_STOCK)
    if level.id is None or not level.item.kept_in_batches:
        return []
    return list(StockBatch.objects.select_related("level__store", "level__item").filter(level=level, on_hand__gt=0))


def books_of(actor: Actor, level: StockLevel, batch: BatchName) -> int:
    """What the books say of one batch on one shelf."""
    return sum(
        each.on_hand
        for each in batches_on(actor, level)
        if (each.code, each.expires_on) == (batch.code, batch.expires_on)
    )


def list_batches(actor: Actor, chosen: BatchFilter) -> QuerySet[StockBatch]:
    """Batches of every store, filtered, the first to expire first."""
    actor.require(VIEW_STOCK)
    today = timezone.localdate()
    found = StockBatch.objects.select_related("level__store", "level__item")
    if chosen.state != "all":
        found = found.filter(on_hand__gt=0)
    if chosen.state == "soon":
        found = found.filter(expires_on__gt=today, expires_on__lte=today + SOON)
    elif chosen.state == "past":
        found = found.filter(expires_on__lte=today)
    elif chosen.state == "unknown":
        found = found.filter(code="")
    if words := chosen.q.strip():
        found = found.filter(
            Q(code__icontains=words) | Q(level__item__code__icontains=words) | Q(level__item__name__icontains=words)
        )
    if chosen.store:
        found = found.filter(level__store__code=chosen.store)
    return found.order_by(F("expires_on").asc(nulls_last=True), "id")


def shelves_of(actor: Actor, item: str, batch: str) -> list[StockBatch]:
    """The shelves on which a batch lies or lay."""
    actor.require(VIEW_STOCK)
    return list(
        StockBatch.objects.select_related("level__store", "level__item")
        .filter(level__item__code=item, code=batch)
        .order_by("level__store__priority", "id")
    )


def sites_that_got(actor: Actor, item: str, batch: str) -> QuerySet[BatchPick]:
    """The consignments that carry or carried packs of a batch, newest first: whom to tell when it is recalled."""
    actor.require(VIEW_STOCK)
    return (
        BatchPick.objects.filter(batch__level__item__code=item, batch__code=batch)
        .select_related("batch", "consignment_line__consignment__organisation", "consignment_line__consignment__order")
        .order_by("-consignment_line__consignment_id", "id")
    )
