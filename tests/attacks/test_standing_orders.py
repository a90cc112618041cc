"""A standing order as a way around a rule: more than the allowance, numbered forms, a right that has gone.

Each attack has a half with its control switched off, in which it SUCCEEDS: so the control is what stops it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from portal.accounts.models import RoleGrant
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor, system_actor
from portal.supplies.models import Order, OrderLine, StandingDate, StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.place_standing_order import place_standing_order
from portal.supplies.standing_rules import standing_rules
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, set_up_standing

pytestmark = pytest.mark.django_db
PLACING = "portal.supplies.services.place_standing_order"
PORTAL = system_actor("The portal", PLACE_ORDER)


def _run_today(*standing: StandingOrder) -> None:
    for each in standing:
        StandingOrder.objects.filter(pk=each.pk).update(first_on=timezone.localdate(), next_on=timezone.localdate())
        place_standing_order(PORTAL, each.reference)


def _creep() -> int:
    """Three standing orders for the same item, each within the allowance of 5; returns the packs that were ordered."""
    actor = contractor_actor()
    item = CatalogueItemFactory(allowance_quantity=5, allowance_days=28, usual_quantity=5)
    StockLevelFactory(item=item, on_hand=50)
    _run_today(*[set_up_standing(actor, (item, 3), name=f"Number {number}") for number in range(3)])
    return sum(OrderLine.objects.filter(item=item).values_list("quantity", flat=True))


def test_three_standing_orders_do_not_get_more_than_the_allowance() -> None:
    assert _creep() == 3
    refused = StandingDate.objects.filter(outcome="failed")
    assert refused.count() == 2
    assert all("has 2 left" in each.reason for each in refused)


def test_without_the_check_on_the_day_three_standing_orders_creep_past_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: each was within the allowance when it was set up, and 9 packs are ordered where 5 are allowed."""
    monkeypatch.setattr("portal.supplies.services.place_order.limit_problem", lambda item, quantity, ordered: "")
    assert _creep() == 9


def _became_secure() -> int:
    """Set up while the item was plain; it becomes a numbered form afterwards. Returns how many orders were placed."""
    actor = contractor_actor(roles=("secure_stationery_orderer", "supplies_order_clerk"))
    item = CatalogueItemFactory()
    StockLevelFactory(item=item, on_hand=50)
    standing = set_up_standing(actor, (item, 1))
    item.item_class = "secure"
    item.save()
    _run_today(standing)
    return Order.objects.count()


def test_numbered_forms_do_not_go_by_standing_order() -> None:
    assert _became_secure() == 0


def _secure_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = replace(standing_rules(), excluded_classes=frozenset())
    monkeypatch.setattr("portal.supplies.services.set_up_standing_order.standing_rules", lambda: rules)


def test_with_the_table_changed_the_second_factor_still_stops_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first control off: nobody gave a second factor on the day, so the date fails and says so."""
    _secure_allowed(monkeypatch)
    assert _became_secure() == 0
    assert "second factor" in StandingDate.objects.get().reason


def test_without_both_controls_numbered_forms_are_ordered_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: an order of numbered forms leaves that no person asked for on that day."""
    _secure_allowed(monkeypatch)
    monkeypatch.setattr(Actor, "require_fresh_second_factor", lambda self: None)
    assert _became_secure() == 1


def _left_the_site(monkeypatch: pytest.MonkeyPatch, *, ask: bool) -> int:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    actor = contractor_actor(membership)
    item = CatalogueItemFactory()
    StockLevelFactory(item=item, on_hand=50)
    standing = set_up_standing(actor, (item, 1))
    RoleGrant.objects.filter(membership=membership).update(ended_at=timezone.now())
    if not ask:
        monkeypatch.setattr(f"{PLACING}.actor_of_member", lambda user_id, code: actor)
    _run_today(standing)
    return Order.objects.count()


def test_nobody_orders_through_a_standing_order_who_may_not_order_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _left_the_site(monkeypatch, ask=True) == 0
    assert StandingOrder.objects.get().state == "stopped"


def test_with_the_rights_of_the_day_it_was_set_up_somebody_who_left_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: the rights are those of the setting up, and the order of somebody who left is placed."""
    assert _left_the_site(monkeypatch, ask=False) == 1
