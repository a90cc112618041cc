"""Two orders at once: the last pack, the allowance, the same submission (P2, F11, F12).

Every race is run twice: as the code is, and with its lock taken out. The second half asserts that
the race then does harm, so a lock that is lost one day cannot go unnoticed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.errors import Conflict, InvalidInput
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import BasketLine, CatalogueItem, Order, OrderLine, StockLevel, SuppliesAccount
from portal.supplies.services import place_order as placing
from portal.supplies.services.lock_levels import lock_levels
from portal.supplies.services.place_order import PlaceOrder, place_order
from portal.supplies.services.reserve_stock import Taken, reserve_stock
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory
from tests.races.meeting import Meeting, at_once, let_the_others_by

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PLACING = "portal.supplies.services.place_order"


def _orderer(organisation: Any = None) -> Actor:
    membership = MembershipFactory(
        **({"organisation": organisation} if organisation else {}), roles=["supplies_order_clerk"]
    )
    where = membership.organisation
    return Actor(
        name=membership.user.name,
        email=membership.user.email,
        audience="contractor",
        user_id=membership.user_id,
        organisation_id=where.id,
        organisation_code=where.code,
        organisation_name=where.name,
        contractor_type=where.contractor_type,
        permissions=permissions_of(["supplies_order_clerk"]),
    )


def _choose(actor: Actor, item: CatalogueItem, quantity: int) -> PlaceOrder:
    BasketLine.objects.create(
        user_id=actor.user_id, organisation_id=actor.organisation_id, item=item, quantity=quantity
    )
    return PlaceOrder(submission=uuid.uuid4(), seen={item.code: quantity})


def test_an_order_that_waited_for_a_receipt_gets_what_is_left_of_it() -> None:
    """Seen to fail while the lock was taken in the statement that reserves: it was held against the empty shelf."""
    level = StockLevelFactory(on_hand=0)
    held = Meeting()

    def receipt() -> None:
        with transaction.atomic():
            lock_levels([level.item_id])
            StockLevel.objects.filter(pk=level.pk).update(on_hand=5, reserved=4)  # a waiting order took four at once
            held.wait()
            let_the_others_by()

    def order() -> list[Taken]:
        held.wait()
        with transaction.atomic():
            return reserve_stock({level.item_id: 2})

    _, taken = at_once(receipt, order)
    assert [each.quantity for each in taken] == [1]
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (5, 5)


def _unlocked(actor: Actor) -> SuppliesAccount:
    return SuppliesAccount.objects.select_related("organisation").get(organisation_id=actor.organisation_id)


def _not_taken(actor: Actor) -> list[BasketLine]:
    """The basket read and left where it is: taking it is a lock, too."""
    return list(BasketLine.objects.visible_to(actor).select_related("item").order_by("id"))


def _place(actor: Actor, command: PlaceOrder) -> Callable[[], Order]:
    return lambda: place_order(actor, command)


def _last_pack(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], StockLevel]:
    item = CatalogueItemFactory(contractor_types=["gp"])
    level = StockLevelFactory(item=item, on_hand=1)
    jobs = []
    for _ in range(2):
        actor = _orderer(OrganisationFactory())
        jobs.append(_place(actor, _choose(actor, item, 1)))
    Meeting().after(monkeypatch, f"{PLACING}.reserve_stock")
    results = at_once(*jobs)
    level.refresh_from_db()
    return results, level


def test_the_last_pack_goes_to_one_order_and_the_other_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    results, level = _last_pack(monkeypatch)
    assert sorted(order.state for order in results) == ["accepted", "back_ordered"]
    assert (level.on_hand, level.reserved) == (1, 1)


def test_without_the_lock_on_stock_the_last_pack_is_fought_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.supplies.services.reserve_stock.LOCK_CLAUSE", "")
    results, level = _last_pack(monkeypatch)
    assert any(isinstance(result, Exception) for result in results)  # only the CHECK constraint saved the stock
    assert level.reserved <= level.on_hand


def _allowance(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    organisation = OrganisationFactory()
    item = CatalogueItemFactory(
        contractor_types=["gp"], allowance_quantity=5, allowance_days=28, usual_quantity=5, maximum_quantity=10
    )
    StockLevelFactory(item=item, on_hand=100)
    SuppliesAccount.objects.create(organisation=organisation)
    jobs = []
    for _ in range(2):
        actor = _orderer(organisation)
        jobs.append(_place(actor, _choose(actor, item, 3)))
    Meeting().after(monkeypatch, f"{PLACING}.recently_ordered")
    results = at_once(*jobs)
    return results, sum(OrderLine.objects.filter(item=item).values_list("quantity", flat=True))


def test_two_people_at_one_site_cannot_pass_the_allowance_together(monkeypatch: pytest.MonkeyPatch) -> None:
    results, ordered = _allowance(monkeypatch)
    assert ordered == 3
    assert sorted(type(result).__name__ for result in results) == [InvalidInput.__name__, Order.__name__]


def test_without_the_lock_on_the_account_the_allowance_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "lock_account", _unlocked)
    _, ordered = _allowance(monkeypatch)
    assert ordered == 6


def _double_submit(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    actor = _orderer()
    item = CatalogueItemFactory(contractor_types=["gp"])
    StockLevelFactory(item=item, on_hand=100)
    SuppliesAccount.objects.create(organisation_id=actor.organisation_id)
    command = _choose(actor, item, 2)
    Meeting().after(monkeypatch, f"{PLACING}.recently_ordered")
    return at_once(_place(actor, command), _place(actor, command))


def test_a_double_click_makes_one_order_and_both_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _double_submit(monkeypatch)
    assert first.reference == second.reference
    assert Order.objects.count() == 1


def test_without_the_locks_the_second_click_meets_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "lock_account", _unlocked)
    monkeypatch.setattr(placing, "take_basket", _not_taken)
    results = _double_submit(monkeypatch)
    assert any(isinstance(result, Conflict) for result in results)  # only the unique submission saved the site
    assert Order.objects.count() == 1


def test_sixteen_orders_for_ten_packs_reserve_exactly_ten() -> None:
    item = CatalogueItemFactory(contractor_types=["gp"])
    level = StockLevelFactory(item=item, on_hand=10)
    jobs = []
    for _ in range(16):
        actor = _orderer(OrganisationFactory())
        jobs.append(_place(actor, _choose(actor, item, 1)))
    results = at_once(*jobs)
    level.refresh_from_db()
    assert sorted(order.state for order in results) == ["accepted"] * 10 + ["back_ordered"] * 6
    assert (level.on_hand, level.reserved) == (10, 10)
