"""What staff read about the catalogue and the stock. Each takes the actor and shows nothing to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation
from portal.supplies.models import (
    CatalogueItem,
    OrderLine,
    ShortageNotice,
    StockLevel,
    StockMovement,
    Store,
    SuppliesAccount,
)
from portal.supplies.permissions import EDIT_ACCOUNT, VIEW_STOCK
from portal.supplies.services.take_back import Loss, losses

HISTORY_SHOWN = 50
WAITING_SHOWN = 25


@dataclass(frozen=True, kw_only=True)
class CatalogueFilter:
    """What the catalogue list is narrowed to; '' means everything."""

    q: str = ""
    item_class: str = ""
    contractor_type: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class StockFilter:
    """What the stock list is narrowed to. ``state`` is a key of ``STOCK_STATES``."""

    q: str = ""
    store: str = ""
    state: str = ""


# An item is low when fewer than one largest order is free.
_FREE = F("on_hand") - F("reserved")
_LOW = Q(free__gt=0, free__lt=F("item__maximum_quantity"))
STOCK_STATES = {
    "": "Items that can be ordered now",
    "waiting": "Orders wait for it",
    "out": "None free",
    "low": "Low: less than one largest order is free",
    "expected": "A delivery is expected",
    "withdrawn": "Withdrawn, but still on the shelf",
    "all": "Everything",
}


def catalogue_items(actor: Actor, chosen: CatalogueFilter) -> QuerySet[CatalogueItem]:
    """The items of the catalogue, filtered and in the order of their names."""
    actor.require(VIEW_STOCK)
    today = timezone.localdate()
    items = CatalogueItem.objects.visible_to(actor).search(chosen.q).select_related("replaced_by")
    if chosen.item_class:
        items = items.filter(item_class=chosen.item_class)
    if chosen.contractor_type:
        items = items.filter(contractor_types__contains=[chosen.contractor_type])
    if chosen.state == "current":
        items = items.valid_on(today)
    elif chosen.state == "withdrawn":
        items = items.filter(valid_to__lt=today)
    elif chosen.state == "future":
        items = items.filter(valid_from__gt=today)
    return items.order_by("category", "name", "id")


def catalogue_item(actor: Actor, code: str) -> CatalogueItem:
    """One item by its code. Raises NotFound."""
    actor.require(VIEW_STOCK)
    items = CatalogueItem.objects.visible_to(actor).select_related("replaced_by")
    item: CatalogueItem | None = items.filter(code=code).first()
    if item is None:
        raise NotFound
    return item


def shortage_of(actor: Actor, code: str) -> ShortageNotice | None:
    """The item's shortage notice, whether or not it is still shown."""
    actor.require(VIEW_STOCK)
    return ShortageNotice.objects.select_related("substitute").filter(item__code=code).first()


def history_of(actor: Actor, subject_type: str, reference: str) -> list[AuditEvent]:
    """What happened to one thing, newest first, at most ``HISTORY_SHOWN``."""
    actor.require(VIEW_STOCK)
    return list(
        AuditEvent.objects.filter(subject_type=subject_type, subject_reference=reference).order_by("-id")[
            :HISTORY_SHOWN
        ]
    )


def stores(actor: Actor) -> list[Store]:
    """Every store, nearest first."""
    actor.require(VIEW_STOCK)
    return list(Store.objects.all())


def store(actor: Actor, code: str) -> Store:
    """One store by its code. Raises NotFound."""
    actor.require(VIEW_STOCK)
    found = Store.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def stock_levels(actor: Actor, chosen: StockFilter) -> QuerySet[StockLevel]:
    """The levels of every store, filtered.

    Each has ``free``, ``waiting`` (packs that orders still lack) and ``kept`` (whether any ever lay there).
    """
    actor.require(VIEW_STOCK)
    today = timezone.localdate()
    levels = StockLevel.objects.select_related("store", "item").annotate(
        free=_FREE, waiting=waiting_packs(), kept=Exists(StockMovement.objects.filter(level_id=OuterRef("id")))
    )
    if chosen.q.strip():
        words = chosen.q.strip()
        levels = levels.filter(Q(item__code__icontains=words) | Q(item__name__icontains=words))
    if chosen.store:
        levels = levels.filter(store__code=chosen.store)
    return _in_state(levels, chosen.state, today).order_by("item__name", "item_id", "store__priority", "id")


def _in_state(levels: QuerySet[StockLevel], state: str, today: date) -> QuerySet[StockLevel]:
    current = Q(item__valid_from__lte=today) & (Q(item__valid_to=None) | Q(item__valid_to__gte=today))
    if state == "all":
        return levels
    if state == "withdrawn":
        return levels.filter(item__valid_to__lt=today, on_hand__gt=0)
    if state == "waiting":
        return levels.filter(Exists(_waiting_lines()))
    levels = levels.filter(current)
    if state == "out":
        kept_anywhere = Exists(StockMovement.objects.filter(level__item_id=OuterRef("item_id")))
        return levels.filter(free__lte=0).filter(Q(kept=True) | ~kept_anywhere)
    if state == "low":
        return levels.filter(_LOW, kept=True)
    if state == "expected":
        return levels.filter(expected_on__isnull=False)
    return levels


def _waiting_lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(item_id=OuterRef("item_id"), state="back_ordered")


def waiting_packs() -> Coalesce:
    """Packs of the level's item that waiting lines still have to get, as an annotation of a level."""
    lines = (
        _waiting_lines()
        .order_by()
        .values("item_id")
        .annotate(packs=Sum(F("quantity") - F("dispatched") - F("cancelled")))
    )
    return Coalesce(Subquery(lines.values("packs"), output_field=IntegerField()), Value(0))


def stock_level(actor: Actor, store_code: str, item_code: str) -> StockLevel:
    """One level by the codes of store and item; an empty one when nothing was ever put there. Raises NotFound."""
    actor.require(VIEW_STOCK)
    found = StockLevel.objects.select_related("store", "item").filter(store__code=store_code, item__code=item_code)
    level = found.first()
    if level is None:
        level = StockLevel(store=store(actor, store_code), item=catalogue_item(actor, item_code))
    return level


def levels_of(actor: Actor, item: CatalogueItem) -> list[StockLevel]:
    """The item's level in every store, an empty one where nothing was ever put."""
    found = {level.store_id: level for level in StockLevel.objects.select_related("store").filter(item=item)}
    return [found.get(each.id) or StockLevel(store=each, item=item) for each in stores(actor)]


def movements_of(actor: Actor, level: StockLevel) -> QuerySet[StockMovement]:
    """The level's ledger, newest first."""
    actor.require(VIEW_STOCK)
    return StockMovement.objects.filter(level_id=level.id).order_by("-id")


def waiting_lines(actor: Actor, item: CatalogueItem) -> list[tuple[OrderLine, int]]:
    """The lines that wait for the item, oldest first, at most ``WAITING_SHOWN``, each with its packs put aside."""
    actor.require(VIEW_STOCK)
    lines = (
        OrderLine.objects.filter(item=item, state="back_ordered")
        .select_related("order", "organisation")
        .annotate(held=Coalesce(Sum("reservations__quantity"), 0))
        .order_by("placed_at", "order_id")
    )
    return [(line, line.held) for line in lines[:WAITING_SHOWN]]


def items_waited_for(actor: Actor) -> tuple[int, int]:
    """How many items orders wait for, and of how many of these no delivery is announced; one query."""
    actor.require(VIEW_STOCK)
    announced = StockLevel.objects.filter(item_id=OuterRef("item_id"), store__is_active=True, expected_on__isnull=False)
    counts = (
        OrderLine.objects.filter(state="back_ordered")
        .annotate(announced=Exists(announced))
        .aggregate(
            waiting=Count("item_id", distinct=True),
            unannounced=Count("item_id", distinct=True, filter=Q(announced=False)),
        )
    )
    return counts["waiting"], counts["unannounced"]


def losses_if(actor: Actor, level: StockLevel, counted: int) -> list[Loss]:
    """Which orders would lose packs if a count of ``counted`` were confirmed now. Reads only."""
    actor.require(VIEW_STOCK)
    return losses(level, counted) if level.id else []


def account_of(actor: Actor, code: str) -> SuppliesAccount:
    """An organisation's ordering rules; the usual ones when nobody changed them. Raises NotFound."""
    actor.require(EDIT_ACCOUNT)
    organisation = Organisation.objects.visible_to(actor).filter(code=code).first()
    if organisation is None or not organisation.kind_row.may_order:
        raise NotFound
    account = SuppliesAccount.objects.select_related("organisation").filter(organisation=organisation).first()
    return account or SuppliesAccount(organisation=organisation)
