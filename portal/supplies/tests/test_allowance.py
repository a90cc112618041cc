"""Limits and rolling allowances: their borders, and properties that hold for all numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from portal.supplies.allowance import allowance_left, limit_problem, reason_problem, recently_ordered
from portal.supplies.models import CatalogueItem, OrderLine
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WINDOW = timedelta(days=28)


def _placed(at: datetime, *, quantity: int = 4, cancelled: int = 0) -> tuple[int, CatalogueItem]:
    item = StockLevelFactory(item=CatalogueItemFactory(allowance_quantity=10, allowance_days=28)).item
    actor = contractor_actor()
    place(actor, (item, quantity))
    OrderLine.objects.update(placed_at=at, cancelled=cancelled, cancelled_at=at)
    assert actor.organisation_id is not None
    return actor.organisation_id, item


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ago", "counts"),
    [
        (timedelta(0), True),
        (WINDOW - timedelta(microseconds=1), True),
        (WINDOW, False),
        (WINDOW + timedelta(seconds=1), False),
    ],
)
def test_an_order_leaves_the_window_exactly_when_it_is_over(ago: timedelta, counts: bool) -> None:
    site, item = _placed(NOW - ago)
    assert recently_ordered(site, [item], NOW) == ({item.id: 4} if counts else {})


@pytest.mark.django_db
def test_the_window_is_hours_so_that_a_change_of_the_clocks_moves_nothing() -> None:
    after_the_change = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)  # the clocks went back on 25 October
    site, item = _placed(after_the_change - WINDOW + timedelta(minutes=1))
    assert recently_ordered(site, [item], after_the_change) == {item.id: 4}


@pytest.mark.django_db
def test_cancelled_packs_do_not_count() -> None:
    site, item = _placed(NOW, quantity=4, cancelled=3)
    assert recently_ordered(site, [item], NOW) == {item.id: 1}


@pytest.mark.django_db
def test_another_sites_orders_do_not_count() -> None:
    _, item = _placed(NOW)
    assert recently_ordered(contractor_actor().organisation_id or 0, [item], NOW) == {}


@pytest.mark.django_db
def test_rejected_lines_do_not_count() -> None:
    actor = contractor_actor(roles=("main_contact",))
    item = StockLevelFactory(
        item=CatalogueItemFactory(allowance_quantity=10, allowance_days=28, approval_required=True)
    ).item
    place(actor, (item, 4))
    assert recently_ordered(actor.organisation_id or 0, [item], timezone.now()) == {item.id: 4}
    OrderLine.objects.update(state="rejected")
    assert recently_ordered(actor.organisation_id or 0, [item], timezone.now()) == {}


def test_without_an_allowance_nothing_is_asked_of_the_database() -> None:
    assert recently_ordered(1, [_item()], NOW) == {}


def _item(**values: object) -> CatalogueItem:
    return CatalogueItem(
        name="GMS1", valid_from=date(2020, 1, 1), **{"maximum_quantity": 20, "usual_quantity": 5, **values}
    )


ALL_ORDERED = (
    "Your site has ordered all 10 of GMS1 that it may order in 28 days. Remove it, or contact us if you need more."
)


@pytest.mark.parametrize(
    ("ordered", "quantity", "sentence"),
    [
        (0, 10, ""),
        (3, 7, ""),
        (3, 8, "Your site may order 10 of GMS1 in 28 days and has 7 left. Order 7 or fewer, or contact us."),
        (10, 2, ALL_ORDERED),
        # One is left and two is the least: "order 1 or fewer" would send the reader round in circles.
        (9, 2, ALL_ORDERED),
    ],
)  # fmt: skip
def test_the_sentence_says_what_is_left(ordered: int, quantity: int, sentence: str) -> None:
    item = _item(minimum_quantity=2, allowance_quantity=10, allowance_days=28)
    assert limit_problem(item, quantity, ordered) == sentence


items = some.builds(
    lambda least, usual_more, most_more, allowance: _item(
        minimum_quantity=least,
        usual_quantity=least + usual_more,
        maximum_quantity=least + usual_more + most_more,
        allowance_quantity=None if allowance is None else least + allowance,
        allowance_days=None if allowance is None else 28,
    ),
    some.integers(1, 50), some.integers(0, 50), some.integers(0, 50), some.none() | some.integers(0, 100),
)  # fmt: skip


@given(items, some.integers(1, 300), some.integers(0, 300))
def test_what_is_let_through_is_within_every_limit(item: CatalogueItem, quantity: int, ordered: int) -> None:
    if limit_problem(item, quantity, ordered) == "":
        assert item.minimum_quantity <= quantity <= item.maximum_quantity
        assert item.allowance_quantity is None or ordered + quantity <= item.allowance_quantity


@given(items, some.integers(0, 300))
def test_what_the_sentence_offers_is_let_through(item: CatalogueItem, ordered: int) -> None:
    left = allowance_left(item, ordered)
    if left is not None and item.minimum_quantity <= left <= item.maximum_quantity:
        assert limit_problem(item, left, ordered) == ""
        if left < item.maximum_quantity:
            assert f"Order {left} or fewer" in limit_problem(item, left + 1, ordered)


@given(items, some.integers(1, 300), some.text(max_size=5))
def test_a_reason_is_asked_exactly_above_the_usual_quantity(item: CatalogueItem, quantity: int, reason: str) -> None:
    asked = reason_problem(item, quantity, reason) != ""
    assert asked == (quantity > item.usual_quantity and not reason.strip())


@given(items, some.lists(some.integers(1, 100), max_size=20))
def test_no_sequence_of_orders_passes_the_allowance(item: CatalogueItem, wishes: list[int]) -> None:
    ordered = 0
    for wish in wishes:
        if limit_problem(item, wish, ordered) == "":
            ordered += wish
    assert item.allowance_quantity is None or ordered <= item.allowance_quantity
