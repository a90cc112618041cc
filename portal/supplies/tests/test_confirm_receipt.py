"""Confirming what was in a consignment, line by line (J6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.api import Case
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import Consignment, Order, OrderLine
from portal.supplies.services.confirm_receipt import ConfirmReceipt, confirm_receipt
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.report_problem import ReportProblem, report_problem
from portal.supplies.tests.factories import contractor_actor, place
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, shelf
from portal.supplies.tests.warehouse import delivered, dispatched, packed

pytestmark = pytest.mark.django_db


def _confirm(actor: Actor, consignment: Consignment, *, missing: int = 0, **details: Any) -> Consignment:
    """Confirms every line, the first one short of ``missing`` packs."""
    lines = list(consignment.lines.select_related("line"))
    received = {each.line.item_code: each.picked for each in lines}
    received[lines[0].line.item_code] -= missing
    return confirm_receipt(actor, ConfirmReceipt(consignment=consignment.reference, received=received, **details))


def _states() -> tuple[str, list[str]]:
    return Order.objects.get().state, list(OrderLine.objects.order_by("position").values_list("state", flat=True))


def _events() -> list[str]:
    return [event.type.removeprefix("supplies.") for event in AuditEvent.objects.filter(type__contains="receipt")]


def test_all_there_finishes_the_order() -> None:
    actor = contractor_actor()
    order = place(actor, (shelf(9).item, 2), (shelf(9).item, 3))
    confirmed = _confirm(actor, delivered(order), note="Left at the side door")
    assert (confirmed.state, confirmed.confirmed_by_name) == ("received", actor.name)
    assert _states() == ("received", ["received", "received"])
    assert list(OrderLine.objects.order_by("position").values_list("received", flat=True)) == [2, 3]
    assert AuditEvent.objects.get(type="supplies.receipt_confirmed").sentence.endswith(
        "They wrote: Left at the side door"
    )
    assert Case.objects.count() == 0


def test_something_missing_opens_a_case_with_the_order_filled_in() -> None:
    actor = contractor_actor()
    order = place(actor, (shelf(9).item, 2), (shelf(9).item, 3))
    line = order.lines.get(position=1)
    first = line.item_code
    consignment = _confirm(actor, delivered(order), missing=1, note="The box was open.")
    case = Case.objects.get()
    assert consignment.state == "discrepancy"
    assert _states() == ("discrepancy", ["discrepancy", "received"])
    assert (case.kind, case.about_type, case.about_reference) == ("short", "order", order.reference)
    assert case.details == f"Missing or not in good order: 1 of {line.item_name} ({first}). The box was open."
    assert case.payload == {"consignment": consignment.reference, "missing": {first: 1}}
    assert AuditEvent.objects.get(type="supplies.receipt_disputed").payload["case"] == case.reference
    assert OutboxMessage.objects.get(kind="casework.case_opened").recipients == [actor.email]
    assert_books_are_right()


def test_when_the_rest_has_come_it_is_confirmed_again() -> None:
    actor = contractor_actor()
    consignment = _confirm(actor, delivered(place(actor, (shelf(9).item, 2))), missing=1)
    _confirm(actor, consignment)
    assert _states() == ("received", ["received"])
    assert OrderLine.objects.get().received == 2
    assert _events() == ["receipt_disputed", "receipt_confirmed"]


def test_the_same_shortage_again_opens_no_second_case_but_a_greater_one_does() -> None:
    actor = contractor_actor()
    consignment = _confirm(actor, delivered(place(actor, (shelf(9).item, 3))), missing=1)
    _confirm(actor, consignment, missing=1)
    assert Case.objects.count() == 1
    _confirm(actor, consignment, missing=2)
    assert (Case.objects.count(), OrderLine.objects.get().received) == (2, 1)


def test_what_stays_missing_can_be_settled() -> None:
    actor = contractor_actor()
    consignment = _confirm(actor, delivered(place(actor, (shelf(9).item, 3))), missing=1)
    settled = _confirm(actor, consignment, missing=1, settled=True)
    assert settled.state == "received"
    assert (_states(), OrderLine.objects.get().received) == (("received", ["received"]), 2)
    assert _events() == ["receipt_disputed", "receipt_settled"]


def test_a_shortage_is_reported_before_it_is_settled() -> None:
    actor = contractor_actor()
    consignment = _confirm(actor, delivered(place(actor, (shelf(9).item, 3))), missing=1, settled=True)
    assert (consignment.state, Case.objects.count()) == ("discrepancy", 1)


def test_a_site_may_have_it_before_the_carrier_says_so() -> None:
    actor = contractor_actor()
    confirmed = _confirm(actor, dispatched(place(actor, (shelf(9).item, 2))))
    assert (confirmed.state, confirmed.received_by) == ("received", actor.name)
    assert confirmed.delivered_at is not None
    line = OrderLine.objects.get()
    assert (line.delivered, line.received, line.state) == (2, 2, "received")
    assert_books_are_right()


def test_what_had_not_arrived_and_then_did_is_confirmed() -> None:
    actor = contractor_actor()
    order = place(actor, (shelf(9).item, 2))
    consignment = dispatched(order)
    command = ReportProblem(
        order=order.reference, consignment=consignment.reference, kind="not_arrived", details="Nothing yet"
    )
    report_problem(actor, command)
    assert _states() == ("discrepancy", ["discrepancy"])
    assert _confirm(actor, consignment).state == "received"
    assert _states() == ("received", ["received"])


def test_a_line_in_two_consignments_stands_where_the_lesser_stands() -> None:
    actor, level = contractor_actor(), shelf(2)
    order = place(actor, (level.item, 5))
    first = delivered(order)
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=9, note="DN1"))
    _confirm(actor, first, missing=1)
    assert _states() == ("accepted", ["accepted"])  # three packs have still to be sent
    second = dispatched(order)
    assert _states() == ("dispatched", ["dispatched"])
    _confirm(actor, second)
    assert _states() == ("discrepancy", ["discrepancy"])  # one pack of the first is still missing
    _confirm(actor, first)
    assert (_states(), OrderLine.objects.get().received) == (("received", ["received"]), 5)
    assert_books_are_right()


def test_confirming_what_the_carrier_has_not_reported_leaves_the_other_to_be_confirmed() -> None:
    actor, level = contractor_actor(), shelf(2)
    order = place(actor, (level.item, 5))
    first = dispatched(order)
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=9, note="DN1"))
    second = delivered(order)
    _confirm(actor, first)
    assert _states() == ("delivered", ["delivered"])
    _confirm(actor, second)
    assert _states() == ("received", ["received"])
    assert_books_are_right()


def test_settling_one_consignment_leaves_the_other_on_its_way() -> None:
    actor, level = contractor_actor(), shelf(2)
    order = place(actor, (level.item, 5))
    first = delivered(order)
    receive_stock(KEEPER, ReceiveStock(store=level.store.code, item=level.item.code, quantity=9, note="DN1"))
    dispatched(order)
    _confirm(actor, first, missing=1)
    assert _states() == ("discrepancy", ["discrepancy"])
    _confirm(actor, first, missing=1, settled=True)
    assert _states() == ("dispatched", ["dispatched"])


def test_a_consignment_is_confirmed_once() -> None:
    actor = contractor_actor()
    consignment = _confirm(actor, delivered(place(actor, (shelf(9).item, 2))))
    with pytest.raises(Conflict, match=f"{actor.name} has already confirmed"), transaction.atomic():
        _confirm(actor, consignment)
    assert _events() == ["receipt_confirmed"]


def test_what_has_not_left_cannot_be_confirmed() -> None:
    actor = contractor_actor()
    consignment = packed(place(actor, (shelf(9).item, 2)))
    with pytest.raises(Conflict, match="has not left the warehouse"), transaction.atomic():
        _confirm(actor, consignment)


@pytest.mark.parametrize("packs", [-1, 3, 10**9])
def test_more_than_was_sent_cannot_have_arrived(packs: int) -> None:
    actor = contractor_actor()
    consignment = delivered(place(actor, (shelf(9).item, 2)))
    code = consignment.lines.get().line.item_code
    with pytest.raises(InvalidInput, match="Enter a number from 0 to 2"), transaction.atomic():
        confirm_receipt(actor, ConfirmReceipt(consignment=consignment.reference, received={code: packs}))


def test_every_line_has_to_be_answered() -> None:
    actor = contractor_actor()
    consignment = delivered(place(actor, (shelf(9).item, 2)))
    with pytest.raises(InvalidInput), transaction.atomic():
        confirm_receipt(actor, ConfirmReceipt(consignment=consignment.reference, received={}))


def test_confirming_needs_the_right_and_the_scope() -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    consignment = delivered(place(contractor_actor(membership), (shelf(9).item, 2)))
    reader = contractor_actor(MembershipFactory(organisation=membership.organisation, roles=["read_only"]))
    with pytest.raises(Refused, match="does not let you confirm"), transaction.atomic():
        _confirm(reader, consignment)
    with pytest.raises(NotFound), transaction.atomic():
        _confirm(contractor_actor(), consignment)
