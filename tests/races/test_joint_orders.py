"""The same order for several sites twice at once (R3), and two joint orders that want the same shelves.

What keeps the second click out is the submission, claimed before anything else. Behind it stand each site's basket,
which is taken once, and each order's own submission. The halves take them out one after the other.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.models import BasketLine, CatalogueItem, JointOrder, Order, SuppliesAccount
from portal.supplies.services.place_joint_order import PlaceJointOrder, place_joint_order
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, fill_basket
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PLACING = "portal.supplies.services.place_joint_order"


def _person() -> list[Any]:
    first = MembershipFactory(roles=["supplies_order_clerk"])
    second = MembershipFactory(user=first.user, organisation=OrganisationFactory(), roles=["supplies_order_clerk"])
    for each in (first, second):
        SuppliesAccount.objects.create(organisation=each.organisation)
    return [first, second]


def _filled(sites: list[Any], *lines: tuple[CatalogueItem, int]) -> PlaceJointOrder:
    for each in sites:
        fill_basket(contractor_actor(each), *lines)
    seen = {each.organisation.code: {item.code: packs for item, packs in lines} for each in sites}
    return PlaceJointOrder(submission=uuid.uuid4(), seen=seen)


def _place(actor: Actor, command: PlaceJointOrder) -> Callable[[], JointOrder]:
    return lambda: place_joint_order(actor, command)


def _twice(monkeypatch: pytest.MonkeyPatch, *, submissions: int = 1) -> list[Any]:
    """Two clicks on one page; with ``submissions`` 2 the portal takes them for two different pages."""
    sites = _person()
    item = StockLevelFactory(item=CatalogueItemFactory(), on_hand=100).item
    command = _filled(sites, (item, 2))
    commands = [command, command if submissions == 1 else replace(command, submission=uuid.uuid4())]
    Meeting().after(monkeypatch, f"{PLACING}._claim")
    actor = contractor_actor(sites[0])
    return at_once(*[_place(actor, each) for each in commands])


def _not_taken(actor: Actor) -> list[BasketLine]:
    return list(
        BasketLine.objects.filter(user_id=actor.user_id, organisation_id=actor.organisation_id).select_related("item")
    )


def test_two_clicks_are_one_joint_order_and_both_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _twice(monkeypatch)
    assert first.reference == second.reference
    assert (JointOrder.objects.count(), Order.objects.count()) == (1, 2)


def test_without_the_claim_the_second_click_meets_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The idempotency is out: only the baskets, taken once, save the sites, and a person reads that they changed."""
    results = _twice(monkeypatch, submissions=2)
    assert any(isinstance(result, Conflict) for result in results)
    assert (JointOrder.objects.count(), Order.objects.count()) == (1, 2)


def test_without_the_claim_and_the_baskets_lock_everything_is_ordered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PLACING}.take_basket", _not_taken)
    _twice(monkeypatch, submissions=2)
    assert (JointOrder.objects.count(), Order.objects.count()) == (2, 4)


def _crossing(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Two people, each with two sites. One person's first order wants shelf A and the second B, the other's B and A."""
    items = [StockLevelFactory(item=CatalogueItemFactory(), on_hand=100).item for _ in range(2)]
    jobs = []
    for first, second in (items, items[::-1]):
        sites = sorted(_person(), key=lambda each: each.organisation_id)
        fill_basket(contractor_actor(sites[0]), (first, 1))
        fill_basket(contractor_actor(sites[1]), (second, 1))
        seen = {sites[0].organisation.code: {first.code: 1}, sites[1].organisation.code: {second.code: 1}}
        jobs.append(_place(contractor_actor(sites[0]), PlaceJointOrder(submission=uuid.uuid4(), seen=seen)))
    Meeting().after(monkeypatch, "portal.supplies.services.place_order.reserve_stock")
    return at_once(*jobs)


def test_two_joint_orders_for_the_same_shelves_do_not_lock_each_other_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(isinstance(result, JointOrder) for result in _crossing(monkeypatch))
    assert Order.objects.count() == 4


def test_without_locking_all_shelves_first_one_of_them_dies_of_a_deadlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PLACING}.lock_levels", lambda items: [])
    results = _crossing(monkeypatch)
    assert any("deadlock" in str(result) for result in results)
