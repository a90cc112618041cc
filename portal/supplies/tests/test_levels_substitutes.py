"""What is sent instead of a line is counted as that line: a substitution makes no figure better (J25, J30).

Seen to fail on 28 November 2026 with the counting and the trigger as they were: what was given up before its day
counted nowhere, and the substitute began with a promise of its own.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.levels.months import month_of
from portal.organisations.models import Organisation
from portal.supplies.models import Consignment, Order, OrderLine
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.levels_facts import at
from portal.supplies.tests.test_levels import DUE, counted, shares
from portal.supplies.tests.test_substitution import offered, said, waiting
from portal.supplies.tests.warehouse import delivered

pytestmark = pytest.mark.django_db
IN_TIME, LATE = DUE, DUE + timedelta(days=3)


@pytest.fixture
def actor() -> Actor:
    return contractor_actor()


def _site(actor: Actor) -> Organisation:
    return Organisation.objects.get(id=actor.organisation_id)


def _swapped(actor: Actor, promised_on: date | None = DUE, on_hand: int = 0, given_up: date = DUE) -> Order:
    """An order that was promised for that day, and whose waiting packs were given up for something else."""
    order, other = waiting(actor, on_hand=on_hand)
    said(actor, order, "yes")
    OrderLine.objects.filter(order=order).update(promised_on=promised_on)
    offered(order, other.item)
    OrderLine.objects.filter(order=order, cancelled__gt=0).update(cancelled_at=at(given_up))
    return order


def _came(order: Order, day: date) -> None:
    Consignment.objects.filter(order=order).update(delivered_at=at(day), dispatched_at=at(DUE - timedelta(days=9)))


@pytest.mark.parametrize("given_up", [DUE - timedelta(days=2), DUE, DUE + timedelta(days=1)])
def test_what_is_sent_instead_after_the_promised_day_is_late(actor: Actor, given_up: date) -> None:
    order = _swapped(actor, given_up=given_up)
    assert shares(_site(actor)) == ((1, 0), (1, 0), (1, 0))
    delivered(order)
    _came(order, LATE)
    assert shares(_site(actor)) == ((1, 0), (1, 1), (1, 1))


def test_what_is_sent_instead_and_there_by_the_promised_day_is_in_time(actor: Actor) -> None:
    order = _swapped(actor)
    delivered(order)
    _came(order, IN_TIME)
    assert shares(_site(actor)) == ((1, 1), (1, 1), (1, 1))


def test_the_part_that_was_sent_as_ordered_does_not_count_alone(actor: Actor) -> None:
    order = _swapped(actor, on_hand=1)
    delivered(order)
    _came(order, IN_TIME)
    assert shares(_site(actor))[0] == (1, 1)
    new = OrderLine.objects.get(order=order, substitute_for__isnull=False)
    new.consignment_lines.update(was_short=True, received=1)
    assert shares(_site(actor)) == ((1, 0), (1, 0), (1, 0))


def test_what_is_sent_instead_keeps_the_first_promise_and_no_program_betters_it(actor: Actor) -> None:
    order = _swapped(actor)
    new = OrderLine.objects.get(order=order, substitute_for__isnull=False)
    assert new.promised_on is not None and new.promised_on > DUE
    OrderLine.objects.filter(id=new.id).update(first_promised_on=new.promised_on, promised_on=new.promised_on)
    new.refresh_from_db()
    assert new.first_promised_on == DUE


def test_a_substitute_that_is_cancelled_too_late_is_missing(actor: Actor) -> None:
    order = _swapped(actor)
    cancel_order(actor, order.reference, "It did not come.")
    assert shares(_site(actor)) == ((1, 0), (1, 0), (1, 0))


def test_a_line_without_a_date_is_promised_by_what_is_sent_instead(actor: Actor) -> None:
    order = _swapped(actor, promised_on=None, given_up=timezone.localdate())
    old, new = order.lines.order_by("position")
    assert old.first_promised_on == new.first_promised_on == new.promised_on is not None
    assert counted(_site(actor), month_of(new.promised_on)) == {"waiting": (1, 1)}
