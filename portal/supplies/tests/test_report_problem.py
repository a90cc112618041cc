"""Reporting that something about an order is wrong (J6, J20)."""

from __future__ import annotations

import pytest
from django.db import transaction

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.api import Case
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import Consignment, Order, OrderLine
from portal.supplies.services.report_problem import PROBLEMS, ReportProblem, report_problem
from portal.supplies.tests.factories import contractor_actor, place, place_new_order
from portal.supplies.tests.stock_books import assert_books_are_right, shelf
from portal.supplies.tests.warehouse import delivered, dispatched, packed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", sorted(PROBLEMS))
def test_a_problem_with_a_delivery_becomes_a_case(kind: str) -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    consignment = delivered(order)
    command = ReportProblem(
        order=order.reference, consignment=consignment.reference, kind=kind, details="The box was wet."
    )
    case = report_problem(actor, command)
    assert (case.kind, case.about_reference, case.details) == (kind, order.reference, "The box was wet.")
    assert case.payload == {"consignment": consignment.reference}
    assert case.subject == f"Consignment {consignment.reference}: {PROBLEMS[kind].lower()}"
    assert Consignment.objects.get().state == "discrepancy"
    assert (Order.objects.get().state, OrderLine.objects.get().state) == ("discrepancy", "discrepancy")
    sentence = AuditEvent.objects.get(type="supplies.problem_reported").sentence
    assert case.reference in sentence
    assert case.reference in OutboxMessage.objects.get(kind="casework.case_opened").subject


def test_what_has_not_arrived_can_be_reported_before_anything_was_sent() -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    case = report_problem(actor, ReportProblem(order=order.reference, kind="not_arrived", details="It is late."))
    order.refresh_from_db()
    assert (order.state, case.payload) == ("accepted", {})


def test_a_line_that_still_has_to_be_sent_stays_where_it_is() -> None:
    actor, level = contractor_actor(), shelf(2)
    order = place(actor, (level.item, 5))
    consignment = delivered(order)
    command = ReportProblem(order=order.reference, consignment=consignment.reference, kind="damaged", details="Wet.")
    report_problem(actor, command)
    assert (OrderLine.objects.get().state, Consignment.objects.get().state) == ("back_ordered", "discrepancy")
    assert_books_are_right()


def test_a_consignment_that_has_not_left_goes_on() -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    consignment = packed(order)
    report_problem(
        actor,
        ReportProblem(order=order.reference, consignment=consignment.reference, kind="other", details="A question"),
    )
    assert (Consignment.objects.get().state, Case.objects.count()) == ("packed", 1)


def test_an_unknown_kind_is_refused() -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    with pytest.raises(InvalidInput, match="Choose what is wrong"), transaction.atomic():
        report_problem(actor, ReportProblem(order=order.reference, kind="stolen by elves", details="x"))


def test_a_report_needs_the_right_and_the_scope() -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    order = place_new_order(contractor_actor(membership))
    consignment = dispatched(order)
    reader = contractor_actor(MembershipFactory(organisation=membership.organisation, roles=["read_only"]))
    command = ReportProblem(order=order.reference, kind="short", details="x")
    with pytest.raises(Refused, match="does not let you report"), transaction.atomic():
        report_problem(reader, command)
    stranger = contractor_actor()
    with pytest.raises(NotFound), transaction.atomic():
        report_problem(stranger, command)
    own = place_new_order(stranger)
    foreign = ReportProblem(order=own.reference, consignment=consignment.reference, kind="short", details="x")
    with pytest.raises(NotFound), transaction.atomic():
        report_problem(stranger, foreign)
