"""Scans move bags on, in whatever order they come (J26, J27, R3, R4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.foundation.errors import InvalidInput
from portal.records.models import Discrepancy, Holder, Movement, Scan
from portal.records.places import own_place
from portal.records.reference import plain
from portal.records.services.take_scans import Scanned, take_scans
from portal.records.tests.factories import Journey, a_movement, a_practice, chain_of, labelled, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def movement() -> Movement:
    return a_movement()


def _state(movement: Movement) -> str:
    movement.refresh_from_db()
    return movement.state


def _found() -> list[str]:
    return sorted(Discrepancy.objects.values_list("kind", flat=True))


def test_the_whole_journey(movement: Movement) -> None:
    [label] = labelled(movement)
    journey = Journey(label)
    seen = [_state(movement)]
    for kind, place in [
        ("bagged", movement.origin),
        ("collected", movement.origin),
        ("hub_in", None),
        ("hub_out", None),
        ("delivered", movement.destination),
        ("received", movement.destination),
    ]:
        assert journey.scan(kind, place).outcome == "applied"
        seen.append(_state(movement))
    assert seen == ["in_progress", "ready", "collected", "in_transit", "in_transit", "delivered", "in_storage"]
    assert movement.ended_at is not None
    here, there = movement.origin.code, movement.destination.code
    assert chain_of(label.bag.part) == [
        ("", here, "entered"),
        (here, "COURIER", "scanned"),
        ("COURIER", "HUB", "scanned"),
        ("HUB", "COURIER", "scanned"),
        ("COURIER", there, "scanned"),
    ]
    assert _found() == []


def test_the_same_scan_again_changes_nothing(movement: Movement) -> None:
    [label] = labelled(movement)
    scan = Journey(label).scanned("collected", movement.origin)
    first, again = take_scans(operator(), [scan])[0], take_scans(operator(), [scan])[0]
    assert (first.outcome, again.outcome) == ("applied", "repeated")
    assert Scan.objects.count() == 1
    assert len(chain_of(label.bag.part)) == 2


def test_a_second_scan_of_the_same_step_says_so(movement: Movement) -> None:
    [label] = labelled(movement)
    journey = Journey(label)
    journey.scan("collected", movement.origin)
    assert journey.scan("collected", movement.origin).outcome == "already"


def test_scans_that_never_came_are_implied_and_shown(movement: Movement) -> None:
    [label] = labelled(movement)
    answer = Journey(label).scan("delivered", movement.destination)
    assert (answer.outcome, answer.discrepancies) == ("applied", ("missing_scan",))
    here, there = movement.origin.code, movement.destination.code
    assert chain_of(label.bag.part)[1:] == [(here, "COURIER", "implied"), ("COURIER", there, "scanned")]
    assert _state(movement) == "delivered"


def test_scans_of_one_call_are_taken_in_the_order_of_their_times(movement: Movement) -> None:
    [label] = labelled(movement)
    journey = Journey(label)
    scans = [
        journey.scanned("collected", movement.origin),
        journey.scanned("hub_in"),
        journey.scanned("hub_out"),
        journey.scanned("delivered", movement.destination),
    ]
    answers = take_scans(operator(), scans[::-1])
    assert [answer.outcome for answer in answers] == ["applied"] * 4
    assert (_state(movement), _found()) == ("delivered", [])


def _second_hub() -> Holder:
    return Holder.objects.create(code="NORTH", kind="hub", name="The northern hub")


def test_an_arrival_at_the_second_hub_that_nobody_scanned_is_implied_and_shown(movement: Movement) -> None:
    """Found by the simulation: the courier had it on the road, so leaving the second hub looked like a repeat."""
    [label] = labelled(movement)
    journey, north = Journey(label), _second_hub()
    for kind, place in [("collected", movement.origin), ("hub_in", None), ("hub_out", None)]:
        journey.scan(kind, place)
    answer = journey.scan("hub_out", north)
    assert (answer.outcome, answer.discrepancies) == ("applied", ("missing_scan",))
    assert chain_of(label.bag.part)[-2:] == [("COURIER", "NORTH", "implied"), ("NORTH", "COURIER", "scanned")]
    assert journey.scan("hub_out", north).outcome == "already"


def test_an_arrival_at_the_second_hub_that_comes_late_does_not_bring_the_bag_back(movement: Movement) -> None:
    [label] = labelled(movement)
    journey, north = Journey(label), _second_hub()
    for kind, place in [("collected", movement.origin), ("hub_in", None), ("hub_out", None)]:
        journey.scan(kind, place)
    late = journey.scanned("hub_in", north)
    journey.scan("hub_out", north)
    assert take_scans(operator(), [late])[0].outcome == "late"
    label.bag.part.refresh_from_db()
    assert label.bag.part.holder == own_place("courier")


def test_a_late_scan_that_agrees_does_no_harm(movement: Movement) -> None:
    [label] = labelled(movement)
    journey = Journey(label)
    late = journey.scanned("collected", movement.origin)
    journey.scan("delivered", movement.destination)
    assert take_scans(operator(), [late])[0].outcome == "late"
    assert _state(movement) == "delivered"


def test_a_late_scan_that_disagrees_is_shown(movement: Movement) -> None:
    [label] = labelled(movement)
    journey = Journey(label)
    late = journey.scanned("delivered", a_practice())
    journey.scan("delivered", movement.destination)
    answer = take_scans(operator(), [late])[0]
    assert (answer.outcome, answer.discrepancies) == ("discrepancy", ("late_conflict",))


def test_a_bag_at_the_wrong_place_is_there_and_not_delivered(movement: Movement) -> None:
    [label] = labelled(movement)
    elsewhere, journey = a_practice(), Journey(label)
    journey.scan("collected", movement.origin)
    answer = journey.scan("delivered", elsewhere)
    assert answer.discrepancies == ("wrong_place",)
    assert _state(movement) == "in_transit"
    label.bag.part.refresh_from_db()
    assert label.bag.part.holder == elsewhere
    assert Discrepancy.objects.get().shown_to_id == elsewhere.organisation_id
    journey.scan("collected", elsewhere)
    journey.scan("delivered", movement.destination)
    assert _state(movement) == "delivered"


def test_an_arrival_at_a_hub_that_is_a_practice_is_an_arrival_there(movement: Movement) -> None:
    """Found by the long custody machine: the bag lay at a practice that has nothing to do with it, and nobody knew."""
    [label] = labelled(movement)
    journey = Journey(label)
    journey.scan("collected", movement.origin)
    answer = journey.scan("hub_in", a_practice())
    assert answer.discrepancies == ("wrong_place",)
    assert _state(movement) == "in_transit"
    journey.scan("hub_in", movement.destination)
    assert _state(movement) == "delivered"


def test_another_patients_record_in_the_bag_is_refused_loudly(movement: Movement) -> None:
    [label] = labelled(movement)
    journey = Journey(label)
    journey.scan("delivered", movement.destination)
    answer = journey.scan("received", movement.destination, envelope_differs=True)
    assert answer.discrepancies == ("wrong_patient",)
    assert _state(movement) == "missing"
    label.bag.part.refresh_from_db()
    assert label.bag.part.state == "missing"


def test_a_missing_bag_that_turns_up_is_accounted_for_again(movement: Movement) -> None:
    test_another_patients_record_in_the_bag_is_refused_loudly(movement)
    label = movement.bags.get().labels.get()
    answer = Journey(label, timezone.now() + timedelta(seconds=1)).scan("received", movement.destination)
    assert answer.discrepancies == ("found_again",)
    assert _state(movement) == "in_storage"
    label.bag.part.refresh_from_db()
    assert label.bag.part.state == "kept"


def test_a_movement_of_two_bags_ends_with_the_second(movement: Movement) -> None:
    movement = a_movement(parts=2)
    first, second = labelled(movement)
    Journey(first).scan("received", movement.destination)
    assert _state(movement) == "in_progress"
    Journey(second).scan("received", movement.destination)
    assert _state(movement) == "in_storage"


def test_an_unknown_label_is_kept_and_shown() -> None:
    scan = Scanned(key="x", kind="hub_in", code="RL-0000-0000", place=own_place("hub"), at=timezone.now())
    assert take_scans(operator(), [scan])[0].discrepancies == ("unknown_label",)
    assert _found() == ["unknown_label"]


def test_the_clock_of_a_device_that_is_ahead_does_not_turn_the_chain_round(movement: Movement) -> None:
    [label] = labelled(movement)
    journey = Journey(label, timezone.now() + timedelta(days=2))
    journey.scan("collected", movement.origin)
    later = Journey(label, timezone.now())
    assert later.scan("hub_in").outcome == "applied"


def test_a_call_says_what_is_wrong_with_it(movement: Movement) -> None:
    [label] = labelled(movement)
    scan = Journey(label).scanned("collected", movement.origin)
    for scans in ([], [scan, scan]):
        with pytest.raises(InvalidInput), transaction.atomic():
            take_scans(operator(), scans)
    with pytest.raises(InvalidInput), transaction.atomic():
        take_scans(operator(), [Journey(label).scanned("eaten", movement.origin)])


@pytest.mark.parametrize("typed", ["rl7f3k9qcm", "RL-7F3K-9QCM", " rl 7f3k 9qcm "])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert plain(typed) == "RL-7F3K-9QCM"


_TAMPERING = {
    "a part elsewhere": "update records_recordpart set holder_id = {elsewhere} where id = {part}",
    "a link that jumps": (
        "insert into records_custodyevent (part_id, sequence, from_holder_id, to_holder_id, happened_at, recorded_at,"
        " proof, scan_key, place, note, by_name, digest)"
        " values ({part}, 2, {elsewhere}, {hub}, now(), now(), 'scanned', '', '', '', 'x', '')"
    ),
    "a link the part does not know": (
        "insert into records_custodyevent (part_id, sequence, from_holder_id, to_holder_id, happened_at, recorded_at,"
        " proof, scan_key, place, note, by_name, digest)"
        " values ({part}, 2, {here}, {hub}, now(), now(), 'scanned', '', '', '', 'x', '')"
    ),
    "a gap": (
        "insert into records_custodyevent (part_id, sequence, from_holder_id, to_holder_id, happened_at, recorded_at,"
        " proof, scan_key, place, note, by_name, digest)"
        " values ({part}, 3, {here}, {hub}, now(), now(), 'scanned', '', '', '', 'x', '')"
    ),
    "a movement that is not its bags": "update records_movement set state = 'delivered' where id = {movement}",
    "a link removed": "delete from records_custodyevent where part_id = {part}",
    "a link changed": "update records_custodyevent set by_name = 'y' where part_id = {part}",
}


@pytest.mark.parametrize("name", _TAMPERING)
def test_the_database_refuses(movement: Movement, name: str) -> None:
    bag = movement.bags.get()
    sql = _TAMPERING[name].format(
        part=bag.part_id,
        here=movement.origin_id,
        elsewhere=a_practice().id,
        hub=own_place("hub").id,
        movement=movement.id,
    )
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")  # what the test itself wrote is in order
        cursor.execute("set constraints all deferred")
    refused = pytest.raises(DatabaseError, match=r"records|custody|movement")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("set constraints all immediate")
