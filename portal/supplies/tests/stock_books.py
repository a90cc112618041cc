"""What the stock tests share: actors, receipts through the service, and the invariants after each."""

from __future__ import annotations

from portal.foundation.access import Actor, system_actor
from portal.foundation.invariants import all_invariants, find_broken
from portal.supplies.models import CatalogueItem, Order, OrderLine, StockLevel
from portal.supplies.permissions import ADJUST_STOCK, COUNT_STOCK, DECIDE_COUNT, EDIT_CATALOGUE, RECEIVE_STOCK
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.decide_count import DecideCount, approve_count
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, place

KEEPER: Actor = system_actor("Stock controller", RECEIVE_STOCK, COUNT_STOCK, ADJUST_STOCK, EDIT_CATALOGUE)
SECOND_PERSON: Actor = system_actor("Second person", DECIDE_COUNT)


def shelf(on_hand: int = 0, **fields: object) -> StockLevel:
    """A level with a ledger that adds up: what is on hand came in by a receipt."""
    level = StockLevelFactory(on_hand=0, **fields)
    if on_hand:
        receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=on_hand, note="DN1"))
        level.refresh_from_db()
    return level


def count(level: StockLevel, counted: int, seen: int | None = None) -> StockLevel:
    """Somebody counts and somebody else agrees. Returns the level as it is then."""
    level.refresh_from_db()
    books = level.on_hand if seen is None else seen
    waits = count_stock(KEEPER, CountStock(store=level.store.code, item=level.item.code, counted=counted, seen=books))
    if waits is not None:
        approve_count(SECOND_PERSON, DecideCount(count=waits.reference))
    level.refresh_from_db()
    return level


def item() -> CatalogueItem:
    """A new item without any shelf."""
    return CatalogueItemFactory()


def order(actor: Actor, item: CatalogueItem, packs: int) -> Order:
    """An order of one item, placed through the service."""
    return place(actor, (item, packs), reason="For a test.")


def only_line(order: Order) -> OrderLine:
    """The one line of an order, as it is now."""
    return OrderLine.objects.get(order=order)


def assert_books_are_right() -> None:
    """Every invariant of supplies holds."""
    broken = find_broken([each for each in all_invariants() if each.code.startswith("supplies.")])
    assert broken == []
