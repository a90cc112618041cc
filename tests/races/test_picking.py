"""Two pickers, two hand-overs, two approvals at once (F12); each also without its lock, and then it does harm."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.errors import Conflict
from portal.supplies.models import Consignment, Order, StockLevel
from portal.supplies.services.approve_order import approve_order
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import contractor_actor, place_new_order
from portal.supplies.tests.warehouse import packed, staff_actor
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SERVICES = "portal.supplies.services"


def _unlocked_order(actor: Any, reference: str) -> Order:
    return Order.objects.get(reference=reference)


def _unlocked_consignment(actor: Any, reference: str) -> tuple[Order, Consignment]:
    consignment = Consignment.objects.select_related("order", "store").get(reference=reference)
    return consignment.order, consignment


def _pick_twice(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Order]:
    order = place_new_order()
    Meeting().after(monkeypatch, f"{SERVICES}.start_picking._put_aside")
    results = at_once(
        lambda: start_picking(staff_actor(), order.reference),
        lambda: start_picking(staff_actor(user_id=900_002), order.reference),
    )
    return results, order


def test_two_pickers_at_once_make_one_consignment(monkeypatch: pytest.MonkeyPatch) -> None:
    results, order = _pick_twice(monkeypatch)
    assert Consignment.objects.filter(order=order).count() == 1
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Consignment"]


def test_without_the_lock_two_pickers_meet_an_error_or_pick_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SERVICES}.start_picking.lock_order", _unlocked_order)
    results, order = _pick_twice(monkeypatch)
    twice = Consignment.objects.filter(order=order).count() == 2
    # Where it is not picked twice, only the trigger on the line's state was in the way.
    assert twice or any(isinstance(result, Exception) and not isinstance(result, Conflict) for result in results)


def _hand_over_twice(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], StockLevel]:
    order = place_new_order(quantity=3, on_hand=10)
    consignment = packed(order)
    Meeting().after(monkeypatch, f"{SERVICES}.hand_over.lock_consignment")  # both have read it by then
    command = HandOver(consignment=consignment.reference, carrier="DPD")
    results = at_once(lambda: hand_over(staff_actor(), command), lambda: hand_over(staff_actor(), command))
    return results, StockLevel.objects.get(item=order.lines.get().item)


def test_two_hand_overs_at_once_take_the_packs_off_the_shelf_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results, level = _hand_over_twice(monkeypatch)
    assert (level.on_hand, level.reserved) == (7, 0)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Consignment"]


def test_without_the_lock_two_hand_overs_meet_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SERVICES}.hand_over.lock_consignment", _unlocked_consignment)
    results, level = _hand_over_twice(monkeypatch)
    broken = [result for result in results if isinstance(result, Exception) and not isinstance(result, Conflict)]
    assert broken or level.on_hand != 7  # the constraints were all that stood in the way


def _approve_twice(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Order]:
    orderer = MembershipFactory(roles=["supplies_order_clerk"])
    approvers = [MembershipFactory(organisation=orderer.organisation, roles=["order_approver"]) for _ in range(2)]
    order = place_new_order(contractor_actor(orderer), approval_required=True)
    actors = [contractor_actor(each) for each in approvers]
    Meeting().after(monkeypatch, f"{SERVICES}.approve_order.check_decision")
    results = at_once(
        lambda: approve_order(actors[0], order.reference), lambda: approve_order(actors[1], order.reference)
    )
    return results, order


def test_two_approvals_at_once_decide_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results, _ = _approve_twice(monkeypatch)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Order"]


def test_without_the_lock_an_order_is_approved_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SERVICES}.approve_order.lock_order", _unlocked_order)
    results, _ = _approve_twice(monkeypatch)
    assert not any(isinstance(result, Conflict) for result in results)
