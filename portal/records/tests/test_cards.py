"""What records put on the home pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.web.cards import Card
from portal.organisations.tests.factories import OperatorFactory
from portal.records.cards import contractor_record_cards, staff_record_cards
from portal.records.models import Movement
from portal.records.places import holder_of, own_place
from portal.records.tests.factories import Journey, a_movement, a_practice, labelled
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import contractor_actor

pytestmark = pytest.mark.django_db


def _member(role: str = "records_movement_clerk") -> Membership:
    return MembershipFactory(roles=[role], organisation__kind="gp_practice")  # type: ignore[no-any-return]


def _by_title(cards: list[Card]) -> dict[str, Card]:
    return {card.title: card for card in cards}


def _delivered_to(member: Membership) -> Movement:
    movement = a_movement(destination=holder_of(member.organisation))
    [label] = labelled(movement)
    journey = Journey(label)
    journey.scan("collected", movement.origin)
    journey.scan("delivered", movement.destination)
    return movement


def _staff(role: str) -> Actor:
    member = MembershipFactory(organisation=OperatorFactory(), roles=[role])
    return contractor_actor(member, audience="staff")


def test_what_a_practice_has_to_do_comes_with_the_way_there() -> None:
    member = _member()
    late = a_movement(origin=holder_of(member.organisation))
    Movement.objects.filter(pk=late.pk).update(expected_by=timezone.localdate() - timedelta(days=1))
    a_movement(origin=holder_of(member.organisation))
    _delivered_to(member)
    cards = _by_title(contractor_record_cards(contractor_actor(member)))
    prepare, confirm = cards["Records to prepare"], cards["Records to confirm"]
    assert (prepare.value, prepare.needs_action) == ("2", True)
    assert "1 is later than expected" in prepare.hint
    assert prepare.address == f"/o/{member.organisation.code}/records/out/?group=prepare"
    assert (confirm.value, confirm.needs_action) == ("1", True)
    assert confirm.address == f"/o/{member.organisation.code}/records/in/?group=arrived"


def test_who_only_reads_is_not_asked_to_do_anything() -> None:
    member = _member("read_only")
    _delivered_to(member)
    assert not _by_title(contractor_record_cards(contractor_actor(member)))["Records to confirm"].needs_action


def test_a_practice_with_nothing_under_way_has_no_cards_and_another_role_none_either() -> None:
    assert contractor_record_cards(contractor_actor(_member())) == []
    clerk = _member("supplies_order_clerk")
    _delivered_to(clerk)
    assert contractor_record_cards(contractor_actor(clerk)) == []


def test_the_cards_cost_four_queries_however_much_there_is() -> None:
    member = _member()
    for _ in range(3):
        _delivered_to(member)
    with counted_queries() as sent:
        contractor_record_cards(contractor_actor(member, permissions=frozenset({"records.view"})))
    assert len(sent) == 4 + 1  # the factory's actor asks for the roles


def test_the_hub_sees_what_does_not_fit_and_what_the_store_must_give_out() -> None:
    movement = a_movement()
    [label] = labelled(movement)
    Journey(label).scan("delivered", a_practice())  # neither where it was wanted nor where it was
    a_movement(own_place("store"))
    cards = _by_title(staff_record_cards(_staff("records_operator")))
    assert cards["Records that do not fit"].needs_action
    assert (cards["Bags to take out of the store"].value, cards["Bags to take out of the store"].needs_action) == (
        "1",
        True,
    )
    watching = _by_title(staff_record_cards(_staff("auditor")))
    assert watching["Records that do not fit"].value == cards["Records that do not fit"].value
    assert not any(card.needs_action for card in watching.values())
    assert staff_record_cards(_staff("warehouse_operator")) == []
