"""Approving and rejecting: by another person, once, by the right route (J5)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import Order, Reservation, StockLevel
from portal.supplies.services.approve_order import approve_for_site, approve_order
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.reject_order import reject_for_site, reject_order
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    StockLevelFactory,
    contractor_actor,
    place,
    place_new_order,
)
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right
from portal.supplies.tests.warehouse import staff_actor

pytestmark = pytest.mark.django_db


def _site(*, approver: bool = True) -> tuple[Actor, Actor]:
    """A clerk who orders, and an approver of the same site."""
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    colleague = MembershipFactory(
        organisation=clerk.organisation, roles=["order_approver"] if approver else ["read_only"]
    )
    return contractor_actor(clerk), contractor_actor(colleague)


def _waiting(clerk: Actor, *, quantity: int = 2, on_hand: int = 10) -> Order:
    return place_new_order(clerk, quantity=quantity, on_hand=on_hand, approval_required=True)


def test_a_colleague_approves_and_the_orderer_is_told() -> None:
    clerk, approver = _site()
    order = _waiting(clerk)
    assert (order.state, order.approval_route) == ("awaiting_approval", "site")
    approved = approve_order(approver, order.reference)
    assert (approved.state, approved.decided_by_name) == ("accepted", approver.name)
    assert approved.promised_on is not None and approved.promised_on >= date(2020, 1, 1)
    message = OutboxMessage.objects.get(kind="supplies.order_approved")
    assert message.recipients == [clerk.email]
    assert AuditEvent.objects.filter(type="supplies.order_approved", actor_user_id=approver.user_id).count() == 1


def test_the_first_promise_is_the_one_of_the_approval() -> None:
    clerk, approver = _site()
    order = _waiting(clerk)
    before = date(2020, 1, 1)
    order.lines.update(promised_on=before)  # what the orderer read, before the order had waited
    assert order.lines.get().first_promised_on is None
    line = approve_order(approver, order.reference).lines.get()
    assert line.first_promised_on == line.promised_on != before


def test_what_is_not_in_stock_waits_once_it_is_approved() -> None:
    clerk, approver = _site()
    order = approve_order(approver, _waiting(clerk, quantity=5, on_hand=2).reference)
    assert order.state == "back_ordered"
    assert order.promised_on is None


def test_stock_that_came_while_an_order_waited_for_approval_goes_to_it() -> None:
    clerk, approver = _site()
    order = _waiting(clerk, quantity=5, on_hand=2)
    StockLevel.objects.update(on_hand=20)
    assert approve_order(approver, order.reference).state == "accepted"
    assert StockLevel.objects.get().reserved == 5


def test_nobody_approves_an_own_order() -> None:
    membership = MembershipFactory(roles=["main_contact"])
    MembershipFactory(organisation=membership.organisation, roles=["order_approver"])
    orderer = contractor_actor(membership)
    order = _waiting(orderer)
    with pytest.raises(Refused, match="You placed this order yourself"), transaction.atomic():
        approve_order(orderer, order.reference)
    with pytest.raises(Refused, match="You placed this order yourself"), transaction.atomic():
        reject_order(orderer, order.reference, "no")


def test_the_database_refuses_an_own_decision_too() -> None:
    clerk, _ = _site()
    order = _waiting(clerk)
    with pytest.raises(IntegrityError, match="order_not_decided_by_orderer"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(decided_by_id=order.placed_by_id, decided_at=order.placed_at)


def test_an_order_is_decided_once() -> None:
    clerk, approver = _site()
    order = _waiting(clerk)
    approve_order(approver, order.reference)
    for again in (
        lambda: approve_order(approver, order.reference),
        lambda: reject_order(approver, order.reference, "x"),
    ):
        with pytest.raises(Conflict, match=f"{approver.name} decided it"), transaction.atomic():
            again()
    assert OutboxMessage.objects.filter(kind="supplies.order_approved").count() == 1


def test_a_cancelled_order_cannot_be_approved() -> None:
    clerk, approver = _site()
    order = _waiting(clerk)
    cancel_order(clerk, order.reference, "ordered by mistake")
    with pytest.raises(Conflict, match="not waiting for a decision"), transaction.atomic():
        approve_order(approver, order.reference)


def test_a_rejection_sets_the_stock_free_and_says_why() -> None:
    clerk, approver = _site()
    order = _waiting(clerk, quantity=4)
    rejected = reject_order(approver, order.reference, "We still have\r\nfour in the cupboard")
    assert (rejected.state, StockLevel.objects.get().reserved, Reservation.objects.count()) == ("rejected", 0, 0)
    assert rejected.decision_reason.startswith("We still have")
    message = OutboxMessage.objects.get(kind="supplies.order_rejected")
    assert message.recipients == [clerk.email]
    assert "We still have four in the cupboard" in message.body


def test_stock_of_a_rejected_order_goes_to_whoever_waits() -> None:
    clerk, approver = _site()
    level = StockLevelFactory(on_hand=4, item=CatalogueItemFactory(approval_required=True))
    first = place(clerk, (level.item, 4))
    other_clerk, other_approver = _site()
    waiting = place(other_clerk, (level.item, 3))
    assert approve_order(other_approver, waiting.reference).state == "back_ordered"
    reject_order(approver, first.reference, "Not now")
    waiting.refresh_from_db()
    assert waiting.state == "accepted"
    assert OutboxMessage.objects.filter(kind="supplies.stock_arrived", about=waiting.reference).exists()


def test_where_nobody_else_can_the_operator_decides() -> None:
    clerk, colleague = _site(approver=False)
    order = _waiting(clerk)
    assert order.approval_route == "operator"
    late_approver = contractor_actor(
        MembershipFactory(organisation_id=colleague.organisation_id, roles=["order_approver"])
    )
    with pytest.raises(Refused, match="The operator decides"), transaction.atomic():
        approve_order(late_approver, order.reference)
    assert approve_for_site(staff_actor("approver"), order.reference).state == "accepted"


def test_the_operator_leaves_a_sites_decision_to_the_site() -> None:
    order = _waiting(_site()[0])
    with pytest.raises(Refused, match="Somebody at the site decides"), transaction.atomic():
        reject_for_site(staff_actor("approver"), order.reference, "no")


def test_deciding_needs_the_right_and_the_scope() -> None:
    clerk, _ = _site()
    order = _waiting(clerk)
    with pytest.raises(Refused, match="does not let you approve"), transaction.atomic():
        approve_order(clerk, order.reference)
    with pytest.raises(Refused), transaction.atomic():
        approve_for_site(staff_actor("warehouse_operator"), order.reference)
    with pytest.raises(NotFound), transaction.atomic():
        approve_order(_site()[1], order.reference)


def test_the_books_are_right_after_every_decision() -> None:
    level = StockLevelFactory(on_hand=0, item=CatalogueItemFactory(approval_required=True))
    clerk, approver = _site()
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=6, note="DN1"))
    approve_order(approver, place(clerk, (level.item, 4)).reference)
    reject_order(approver, place(clerk, (level.item, 4)).reference, "Enough")
    assert_books_are_right()
