"""Cancelling what the warehouse has not begun to pick (J6)."""

from __future__ import annotations

import pytest
from django.db import transaction

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.errors import Conflict, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import Order, OrderLine, Reservation, StockLevel
from portal.supplies.services import cancel_order as cancelling
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.confirm_receipt import ConfirmReceipt, confirm_receipt
from portal.supplies.services.hold_order import hold_order
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.release_reservations import release_reservations
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import StockLevelFactory, contractor_actor, place, place_new_order
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, shelf
from portal.supplies.tests.warehouse import delivered, dispatched, staff_actor

pytestmark = pytest.mark.django_db


def test_cancelling_sets_the_stock_free_and_tells_the_orderer() -> None:
    actor = contractor_actor()
    order = cancel_order(actor, place_new_order(actor, quantity=3).reference, "no longer needed")
    line = OrderLine.objects.get()
    assert (order.state, line.state, line.cancelled, order.promised_on) == ("cancelled", "cancelled", 3, None)
    assert (StockLevel.objects.get().reserved, Reservation.objects.count()) == (0, 0)
    message = OutboxMessage.objects.get(kind="supplies.order_cancelled")
    assert (message.subject, message.recipients) == (f"Order {order.reference} cancelled", [actor.email])
    assert "no longer needed" in message.body and "Nothing will be sent" in message.body


def test_what_becomes_free_goes_to_whoever_waits_longest() -> None:
    level = shelf(5)
    first, second = contractor_actor(), contractor_actor()
    holding, waiting = place(first, (level.item, 5)), place(second, (level.item, 2))
    assert waiting.state == "back_ordered"
    cancel_order(first, holding.reference, "found elsewhere")
    waiting.refresh_from_db()
    assert waiting.state == "accepted"
    assert_books_are_right()


def test_what_becomes_free_is_not_given_back_to_the_line_that_is_cancelled() -> None:
    actor, level = contractor_actor(), shelf(3)
    order = place(actor, (level.item, 8))
    assert (order.state, Reservation.objects.get().quantity) == ("back_ordered", 3)
    cancel_order(actor, order.reference, "it takes too long")
    level.refresh_from_db()
    assert (level.reserved, Reservation.objects.count()) == (0, 0)
    assert_books_are_right()


def test_set_free_before_it_is_cancelled_a_line_would_get_its_packs_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above has teeth: in the other order the packs stay put aside for a line that is cancelled."""
    actor, level = contractor_actor(), shelf(3)
    order = place(actor, (level.item, 8))
    original = cancelling.cancellable

    def set_free_first(found: Order, lines: list[OrderLine]) -> list[OrderLine]:
        ending = original(found, lines)
        release_reservations(actor, ending)
        return ending

    monkeypatch.setattr(cancelling, "cancellable", set_free_first)
    monkeypatch.setattr(cancelling, "release_reservations", lambda *arguments: None)
    cancel_order(actor, order.reference, "it takes too long")
    level.refresh_from_db()
    assert level.reserved == 3


def test_only_what_has_not_been_picked_is_cancelled() -> None:
    actor = contractor_actor()
    there, missing = shelf(5), shelf(0)
    order = place(actor, (there.item, 1), (missing.item, 2))
    start_picking(staff_actor(), order.reference)
    cancel_order(actor, order.reference, "no longer needed")
    states = dict(OrderLine.objects.values_list("item_id", "state"))
    assert states == {there.item_id: "picking", missing.item_id: "cancelled"}
    message = OutboxMessage.objects.get(kind="supplies.order_cancelled")
    assert message.subject == f"Part of order {order.reference} cancelled"
    assert "The rest still comes" in message.body


@pytest.mark.parametrize(
    "advance", [lambda order: start_picking(staff_actor(), order.reference), dispatched, delivered]
)
def test_once_picking_has_begun_it_is_too_late(advance: object) -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    advance(order)  # type: ignore[operator]
    with pytest.raises(Conflict, match="can no longer be cancelled: it is"), transaction.atomic():
        cancel_order(actor, order.reference, "no longer needed")


def test_an_order_is_cancelled_once() -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    cancel_order(actor, order.reference, "no longer needed")
    with pytest.raises(Conflict, match="it is cancelled"), transaction.atomic():
        cancel_order(actor, order.reference, "no longer needed")


def test_an_order_on_hold_can_be_cancelled() -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    hold_order(staff_actor(), order.reference, "The address is being checked")
    assert cancel_order(actor, order.reference, "it takes too long").state == "cancelled"


@pytest.mark.parametrize(("received", "state"), [(None, "dispatched"), (2, "received"), (1, "discrepancy")])
def test_a_line_sent_in_part_stands_where_its_sent_part_stands(received: int | None, state: str) -> None:
    actor, level = contractor_actor(), shelf(2)
    order = place(actor, (level.item, 5))
    consignment = dispatched(order)
    if received is not None:
        confirm_receipt(actor, ConfirmReceipt(consignment=consignment.reference, received={level.item.code: received}))
    cancel_order(actor, order.reference, "it takes too long")
    line = OrderLine.objects.get()
    assert (line.state, line.cancelled, Order.objects.get().state) == (state, 3, state)
    assert_books_are_right()


def test_cancelling_needs_the_right_and_the_scope() -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    order = place_new_order(contractor_actor(membership))
    reader = contractor_actor(MembershipFactory(organisation=membership.organisation, roles=["read_only"]))
    with pytest.raises(Refused, match="does not let you cancel"), transaction.atomic():
        cancel_order(reader, order.reference, "x")
    with pytest.raises(NotFound), transaction.atomic():
        cancel_order(contractor_actor(), order.reference, "x")


def test_a_colleague_may_cancel_and_the_orderer_learns_who_did() -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    order = place_new_order(contractor_actor(membership))
    colleague = contractor_actor(MembershipFactory(organisation=membership.organisation, roles=["main_contact"]))
    cancel_order(colleague, order.reference, "found elsewhere")
    message = OutboxMessage.objects.get(kind="supplies.order_cancelled")
    assert message.recipients == [membership.user.email]
    assert message.body.startswith(f"{colleague.name} has cancelled")


def test_a_receipt_after_the_cancelling_finds_nobody_waiting() -> None:
    actor, level = contractor_actor(), StockLevelFactory(on_hand=0)
    cancel_order(actor, place(actor, (level.item, 2)).reference, "it takes too long")
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=5, note="DN1"))
    level.refresh_from_db()
    assert level.reserved == 0
