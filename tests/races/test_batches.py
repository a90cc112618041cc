"""The last packs of a batch, wanted by two pickers at once (R4).

The shelf's lock keeps the two apart. With it taken out both read the same free packs: the second half sees that
the books are then wrong, or that only a constraint of the database stood in the way.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.invariants import find_broken
from portal.supplies.models import BatchPick, Order, StockBatch, StockLevel
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, order
from portal.supplies.tests.warehouse import staff_actor
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _shelf_with_a_last_pack() -> StockLevel:
    level = StockLevelFactory(item=CatalogueItemFactory(item_class="clinical"), on_hand=0)
    for batch, packs, days in (("LAST", 2, 30), ("NEXT", 8, 300)):
        command = ReceiveStock(
            store=level.store.code, item=level.item.code, quantity=packs, note="DN", batch=batch,
            expires_on=timezone.localdate() + timedelta(days=days),
        )  # fmt: skip
        receive_stock(KEEPER, command)
    return level


def _pick_both(monkeypatch: pytest.MonkeyPatch, level: StockLevel) -> list[Any]:
    orders: list[Order] = [order(contractor_actor(), level.item, 2) for _ in range(2)]
    Meeting().after(monkeypatch, "portal.supplies.services.keep_batches._usable_batches")
    return at_once(*[lambda each=each: start_picking(staff_actor(), each.reference) for each in orders])


def test_two_pickers_do_not_both_take_the_last_packs_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    level = _shelf_with_a_last_pack()
    results = _pick_both(monkeypatch, level)
    assert [each for each in results if isinstance(each, Exception)] == []
    taken = dict(BatchPick.objects.values_list("batch__code", "quantity"))
    assert taken == {"LAST": 2, "NEXT": 2}
    assert_books_are_right()


def test_without_the_lock_both_take_the_last_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    level = _shelf_with_a_last_pack()
    monkeypatch.setattr("portal.supplies.services.start_picking.lock_levels", lambda item_ids: [])
    results = _pick_both(monkeypatch, level)
    broken = {each.invariant.code for each in find_broken()}
    refused = [each for each in results if isinstance(each, Exception)]
    assert refused or "supplies.batch_held_is_picks" in broken
    twice = BatchPick.objects.filter(batch__code="LAST")
    assert refused or sum(pick.quantity for pick in twice) > StockBatch.objects.get(code="LAST").on_hand
