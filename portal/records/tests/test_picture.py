"""The picture of a movement: when each step was reached, and who has the bags (J9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.foundation.web.timeline import TimelineStep
from portal.records.models import Movement
from portal.records.picture import picture_of
from portal.records.places import own_place
from portal.records.selectors import movement_with
from portal.records.services.prepare_movement import mark_ready
from portal.records.tests.factories import Journey, a_movement, labelled, operator
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import contractor_actor

pytestmark = pytest.mark.django_db


def _picture(movement: Movement) -> dict[str, TimelineStep]:
    reader = contractor_actor(organisation_id=movement.origin_organisation_id, permissions=frozenset({"records.view"}))
    return {step.title: step for step in picture_of(movement_with(reader, movement.reference))}


def test_each_step_says_when_it_was_reached_by_the_scan_and_not_by_when_the_portal_heard_of_it() -> None:
    movement = a_movement()
    [label] = labelled(movement)
    mark_ready(operator(), movement.reference)
    journey = Journey(label, timezone.now() - timedelta(hours=2))
    journey.scan("collected", movement.origin)
    collected = journey.at
    journey.scan("hub_in", own_place("hub"))
    at_hub = journey.at
    journey.scan("hub_out", own_place("hub"))
    steps = _picture(movement)
    assert steps["Label made"].happened_at is not None and steps["Label made"].happened_at > at_hub
    assert steps["Bagged, ready for the courier"].happened_at is not None
    assert steps["Collected"].happened_at == collected
    assert steps["On the way through the hub"].happened_at == at_hub


def test_the_step_of_now_names_everybody_who_has_a_bag() -> None:
    movement = a_movement(parts=2)
    first, second = labelled(movement)
    for label in (first, second):
        Journey(label).scan("collected", movement.origin)
    Journey(second, timezone.now() - timedelta(hours=1)).scan("hub_in", own_place("hub"))
    assert _picture(movement)["Collected"].who == "The courier, The records hub"


def test_the_picture_costs_one_query_however_many_bags_there_are() -> None:
    movement = a_movement(parts=3)
    labelled(movement)
    reader = contractor_actor(organisation_id=movement.origin_organisation_id, permissions=frozenset({"records.view"}))
    whole = movement_with(reader, movement.reference)
    with counted_queries() as sent:
        picture_of(whole)
    assert len(sent) == 1
