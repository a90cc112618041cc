"""The picture of an order answers in every state: what happened, who has it, what comes next (J6, R8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.supplies.models import Consignment, Order, OrderLine
from portal.supplies.order_selectors import WholeOrder
from portal.supplies.presenters.consignment_timeline import consignment_steps
from portal.supplies.presenters.order_now import order_now
from portal.supplies.presenters.order_timeline import picture_of, timeline_of
from portal.supplies.states import CONSIGNMENT, ORDER_LINE

PLACED = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 4, 15, tzinfo=UTC)
GONE = ("dispatched", "failed", "delivered", "received", "discrepancy")


def _order(state: str, **fields: Any) -> Order:
    values = {
        "reference": "SO-TEST-0001", "state": state, "placed_at": PLACED, "placed_by_name": "Tom Baker",
        "delivery_name": "TEST SURGERY", "promised_on": date(2026, 11, 9),
    }  # fmt: skip
    return Order(**{**values, **fields})


def _line(state: str, *, quantity: int = 3, dispatched: int = 0, **fields: Any) -> OrderLine:
    return OrderLine(state=state, quantity=quantity, dispatched=dispatched, item_name="Needles", **fields)


def _consignment(order: Order, state: str, **fields: Any) -> Consignment:
    gone = state in GONE
    values = {
        "reference": "CN-TEST-0001", "order": order, "state": state, "packed_at": LATER, "carrier": "DPD",
        "carrier_reference": "42", "dispatched_at": LATER if gone else None,
        "delivered_at": LATER if state in ("delivered", "received") else None, "received_by": "Jo Field",
        "confirmed_at": LATER if state == "received" else None, "confirmed_by_name": "Tom Baker",
    }  # fmt: skip
    return Consignment(**{**values, **fields})


def _whole(order: Order, lines: list[OrderLine], *consignments: Consignment, **last: datetime) -> WholeOrder:
    moments = {f"supplies.{name}": moment for name, moment in last.items()}
    return WholeOrder(
        order=order, lines=lines, consignments=list(consignments), events=[], last=moments, cases=[], offers=[]
    )


def _marks(whole: WholeOrder) -> list[tuple[str, str]]:
    return [(step.title, step.state) for step in timeline_of(whole)]


@pytest.mark.parametrize("state", list(ORDER_LINE.states))
@pytest.mark.parametrize("route", ["", "site", "operator"])
def test_every_state_of_an_order_has_a_holder_a_next_step_and_a_picture(state: str, route: str) -> None:
    order = _order(state, approval_route=route)
    whole = _whole(order, [_line(state)])
    now = order_now(whole)
    assert now.holder and now.next_step.endswith(".") and now.since == PLACED
    steps = timeline_of(whole)
    assert steps[0].title == "Placed" and steps[0].state == "done"
    assert picture_of(whole)[0].label == "Progress of order SO-TEST-0001"


@pytest.mark.parametrize("state", list(CONSIGNMENT.states))
def test_every_state_of_a_consignment_has_four_steps_in_order(state: str) -> None:
    steps = consignment_steps(_consignment(_order("picking"), state))
    assert len(steps) == 4
    marks = [step.state for step in steps]
    order = {"done": 0, "current": 1, "stopped": 1, "future": 2}
    assert [order[mark] for mark in marks] == sorted(order[mark] for mark in marks)
    assert marks.count("current") + marks.count("stopped") <= 1


def test_a_new_order_shows_what_is_to_come() -> None:
    whole = _whole(_order("accepted"), [_line("accepted")])
    assert _marks(whole) == [
        ("Placed", "done"), ("Picked and packed", "current"), ("On its way", "future"), ("Delivered", "future"),
        ("Receipt confirmed", "future"),
    ]  # fmt: skip
    assert timeline_of(whole)[3].expected_on == date(2026, 11, 9)


def test_an_order_that_waits_for_approval_says_for_whom() -> None:
    whole = _whole(_order("awaiting_approval", approval_route="site"), [_line("awaiting_approval")])
    assert _marks(whole)[:3] == [("Placed", "done"), ("Approval", "current"), ("Picked and packed", "future")]
    assert order_now(whole).holder == "The approvers of the site"
    whole = _whole(_order("awaiting_approval", approval_route="operator"), [_line("awaiting_approval")])
    assert "operator" in order_now(whole).holder.lower() and "operator" in order_now(whole).next_step


def test_a_rejection_ends_the_picture_with_its_reason() -> None:
    order = _order(
        "rejected", approval_route="site", decided_at=LATER, decided_by_name="Grace", decision_reason="Enough in stock"
    )
    step = timeline_of(_whole(order, [_line("rejected")]))[-1]
    assert (step.title, step.state, step.who, step.note) == ("Not approved", "stopped", "Grace", "Enough in stock")


def test_an_order_cancelled_before_the_decision_says_so() -> None:
    whole = _whole(_order("cancelled", approval_route="site"), [_line("cancelled")])
    assert _marks(whole) == [("Placed", "done"), ("Approval", "stopped"), ("Cancelled", "stopped")]


def test_an_order_on_its_way_names_the_carrier_since_when() -> None:
    order = _order("dispatched")
    whole = _whole(
        order, [_line("dispatched", dispatched=3)], _consignment(order, "dispatched"), consignment_dispatched=LATER
    )
    now = order_now(whole)
    assert (now.holder, now.since) == ("DPD", LATER)
    assert _marks(whole)[2] == ("On its way", "current")
    assert timeline_of(whole)[2].who == "DPD 42"


def test_a_delivery_that_failed_says_what_comes_next() -> None:
    order = _order("dispatched")
    whole = _whole(order, [_line("dispatched", dispatched=3)], _consignment(order, "failed"))
    assert order_now(whole).next_step == "The carrier tries to deliver it again."
    assert "will try again" in timeline_of(whole)[2].note


def test_a_delivered_order_is_with_the_site_by_name() -> None:
    order = _order("delivered")
    whole = _whole(order, [_line("delivered", dispatched=3)], _consignment(order, "delivered"))
    assert order_now(whole).holder == "TEST SURGERY"
    assert _marks(whole)[-1] == ("Receipt confirmed", "current")


def test_a_part_shipment_has_a_strand_for_each_consignment_and_for_the_rest() -> None:
    order = _order("back_ordered")
    second = _consignment(order, "dispatched", reference="CN-TEST-0002")
    rest = _line("back_ordered", quantity=5, dispatched=3, promised_on=date(2026, 11, 20))
    strands = picture_of(_whole(order, [rest], _consignment(order, "received"), second))
    assert [strand.title for strand in strands] == [
        "The order", "Consignment CN-TEST-0001", "Consignment CN-TEST-0002", "Still to be sent",
    ]  # fmt: skip
    last = strands[-1].steps[0]
    assert (last.title, last.expected_on, last.note) == (
        "2 x Needles", date(2026, 11, 20), "It waits for stock to come in.",
    )  # fmt: skip


def test_a_cancelled_consignment_is_not_in_the_picture() -> None:
    order = _order("accepted")
    assert len(picture_of(_whole(order, [_line("accepted")], _consignment(order, "cancelled")))) == 1


@given(
    st.sampled_from(list(ORDER_LINE.states)),
    st.lists(st.tuples(st.sampled_from(list(ORDER_LINE.states)), st.integers(0, 3)), min_size=1, max_size=4),
    st.lists(st.sampled_from(list(CONSIGNMENT.states)), max_size=3),
)
def test_no_mixture_of_states_is_without_an_answer(
    state: str, lines: list[tuple[str, int]], consignments: list[str]
) -> None:
    order = _order(state)
    parts = [_line(each, dispatched=dispatched) for each, dispatched in lines]
    whole = _whole(order, parts, *(_consignment(order, each) for each in consignments))
    assert order_now(whole).holder
    assert all(strand.steps and strand.label for strand in picture_of(whole))
