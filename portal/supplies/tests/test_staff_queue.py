"""The lists of orders that staff work from: what is to pick, and what words find."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.api import sites_like
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies import warehouse_selectors as read
from portal.supplies.models import Order
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.change_store import StoreValues, change_store
from portal.supplies.services.hold_order import hold_order, release_order
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import StoreFactory, contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, order, shelf
from portal.supplies.tests.test_staff_catalogue_pages import staff
from portal.supplies.tests.warehouse import dispatched, staff_actor

pytestmark = pytest.mark.django_db
ORDERS = "/staff/supplies/orders/"


def _found(name: str, words: str = "") -> set[str]:
    orders = read.queue(staff_actor(), name, words, sites_like(words))
    return set(orders.values_list("reference", flat=True))


def _to_pick() -> bool:
    assert_books_are_right()
    return bool(_found("pick"))


def test_an_order_is_to_pick_as_long_as_something_lies_ready_for_it() -> None:
    placed = order(contractor_actor(), shelf(10).item, 2)
    assert _to_pick()
    hold_order(staff_actor(), placed.reference, "The site asked us to wait")
    assert not _to_pick()
    release_order(staff_actor(), placed.reference)
    assert _to_pick()
    dispatched(placed)
    assert not _to_pick()


def test_an_order_that_waits_for_all_of_its_stock_or_was_cancelled_is_not_to_pick() -> None:
    waits = order(contractor_actor(), shelf().item, 2)
    assert not _to_pick()
    assert _found("stock") == {waits.reference}
    actor = contractor_actor()
    cancelled = order(actor, shelf(10).item, 2)
    cancel_order(actor, cancelled.reference, "Ordered twice")
    assert not _to_pick()


def test_the_store_that_picks_next_is_the_one_the_picker_gets_though_the_turn_has_changed() -> None:
    """Two stores each hold a part. What was derived stands until the order changes: list and picker agree."""
    near, far = StoreFactory(code="NEAR", priority=1), StoreFactory(code="FAR", priority=2)
    here = shelf(1, store=near)
    shelf(5, store=far, item=here.item)
    placed = order(contractor_actor(), here.item, 4)
    assert placed.pick_store == near
    change_store(KEEPER, StoreValues(code="NEAR", name="Near", priority=9, is_active=True))
    assert start_picking(staff_actor(), placed.reference).store == near
    assert_books_are_right()


def test_words_find_by_the_beginning_of_a_reference_and_by_site() -> None:
    surgery = OrganisationFactory(code="Y90909", name="Willow Bank Surgery", kind="gp_practice")
    member = MembershipFactory(organisation=surgery, roles=["supplies_order_clerk"])
    theirs = place(contractor_actor(member), (shelf(10).item, 1), reason="For a test.")
    other = order(contractor_actor(), shelf(10).item, 1)
    Order.objects.filter(pk=theirs.pk).update(reference="SO-AAAA-000001")
    Order.objects.filter(pk=other.pk).update(reference="SO-BBBB-000002")
    for words in ("so-aaaa", "SO-AAAA-000001", "y90909", "willow", "Bank Surgery", " SO-AAAA "):
        assert _found("all", words) == {"SO-AAAA-000001"}, words
    for words in ("AAAA", "%", "SO_AAAA", "Oak"):
        assert _found("all", words) == set(), words
    assert _found("all", "SO-") == {"SO-AAAA-000001", "SO-BBBB-000002"}
    assert _found("moving", "willow") == set()


def test_a_search_that_fits_very_many_sites_says_so(
    sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(staff("warehouse_operator"))
    OrganisationFactory(name="Willow Bank Surgery")
    assert b"Many sites match" not in client.get(ORDERS, {"words": "willow"}).content
    for module in ("organisations.selectors", "supplies.views.staff_orders"):
        monkeypatch.setattr(f"portal.{module}.MOST_SITES", 1)
    assert b"Many sites match" in client.get(ORDERS, {"words": "willow"}).content


def test_the_list_costs_the_same_queries_whatever_is_in_it(sign_in: Callable[..., Client]) -> None:
    client = sign_in(staff("warehouse_operator"))
    order(contractor_actor(), shelf(10).item, 1)
    sent = []
    for orders in (1, 4):
        for _ in range(orders):
            order(contractor_actor(), shelf(10).item, 1)
        with counted_queries() as queries:
            client.get(ORDERS, {"words": "SO-"})
        sent.append(len(queries))
    assert sent[0] == sent[1]
