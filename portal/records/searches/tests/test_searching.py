"""Everybody who had a missing record is asked, and a record that is found goes on (J26)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.invariants import all_invariants, find_broken
from portal.foundation.outbox.models import OutboxMessage
from portal.records.models import Bag, Holder, Movement
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import WantedMovement
from portal.records.registrations.tests.factories import (
    ELSEWHERE,
    HERE,
    THERE,
    arrived,
    from_practice,
    left,
    practice,
    practices,
    standing,
    take,
    the_patient,
)
from portal.records.registrations.tests.samples import acceptance
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search, answer_search_for
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.services.settle_movement import mark_lost, mark_missing, say_never_held
from portal.records.tests.factories import (
    Journey,
    a_movement,
    a_practice,
    chain_of,
    labelled,
    operator,
    organisation_of,
)
from portal.supplies.tests.factories import contractor_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


def clerk_of(holder: Holder) -> Actor:
    """Somebody who moves records at the practice."""
    member = MembershipFactory(organisation=organisation_of(holder), roles=["records_movement_clerk"])
    return contractor_actor(member)


def missing_on_the_way() -> Movement:
    """A movement of one bag that the courier collected and the hub never saw."""
    movement = a_movement()
    [label] = labelled(movement)
    Journey(label).scan("collected", movement.origin)
    mark_missing(operator(), movement.reference, 1, "Five working days")
    return movement


def ask(movement: Movement, holder: Holder) -> SearchTask:
    """The question to this place, asked by the worker."""
    follow_searches()
    return SearchTask.objects.get(bag__movement=movement, holder=holder)


def _answer(task: SearchTask, found: bool) -> AnswerSearch:
    return AnswerSearch(reference=task.reference, is_found=found, where="Behind the cabinet")


def _bag(movement: Movement) -> Bag:
    return Bag.objects.select_related("part__holder").get(movement=movement)


def test_everybody_who_had_it_is_asked_once_and_so_is_who_waits_for_it() -> None:
    movement = missing_on_the_way()
    MembershipFactory(organisation=organisation_of(movement.origin), roles=["records_movement_clerk"])
    follow_searches()
    follow_searches()
    tasks = SearchTask.objects.filter(bag__movement=movement)
    assert {task.holder.code for task in tasks} == {
        movement.origin.code,
        own_place("courier").code,
        movement.destination.code,
    }
    assert tasks.get(holder=movement.destination).last_had_at is None
    assert tasks.get(holder=movement.origin).last_had_at is not None
    told = OutboxMessage.objects.filter(kind="searches.asked_to_look")
    assert told.count() == 1
    patient = movement.record.patient
    assert patient.family_name not in told[0].body and patient.nhs_number not in told[0].body


def test_nobody_is_asked_about_a_bag_that_is_not_missing() -> None:
    a_movement()
    follow_searches()
    assert not SearchTask.objects.exists()


def test_who_said_that_it_never_had_the_record_is_not_asked_again() -> None:
    movement = a_movement()
    say_never_held(clerk_of(movement.origin), movement.reference, "Looked in both rooms")
    task = ask(movement, movement.origin)
    assert (task.state, task.answer) == ("not_here", "Looked in both rooms")
    assert SearchTask.objects.get(bag__movement=movement, holder=movement.destination).state == "asked"


def test_found_where_it_came_from_it_is_prepared_once_more() -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    assert answer_search(clerk_of(movement.origin), _answer(task, True)) == movement
    bag = _bag(movement)
    assert (bag.state, bag.part.state, bag.part.holder) == ("in_progress", "kept", movement.origin)  # it has its label
    assert chain_of(bag.part)[-1] == (own_place("courier").code, movement.origin.code, "confirmed")
    others = SearchTask.objects.filter(bag=bag).exclude(id=task.id)
    assert {each.state for each in others} == {"withdrawn"}
    assert find_broken(all_invariants()) == []


def test_found_where_it_was_sent_it_has_arrived() -> None:
    movement = missing_on_the_way()
    answer_search(clerk_of(movement.destination), _answer(ask(movement, movement.destination), True))
    movement.refresh_from_db()
    assert (movement.state, _bag(movement).part.holder) == ("in_storage", movement.destination)


def test_found_anywhere_else_it_is_sent_on_from_there() -> None:
    elsewhere = a_practice()
    movement = a_movement()
    [label] = labelled(movement)
    journey = Journey(label)
    journey.scan("collected", movement.origin)
    journey.scan("delivered", elsewhere)
    journey.scan("collected", elsewhere)
    mark_missing(operator(), movement.reference, 1, "Five working days")
    mark_lost(operator(), movement.reference, 1, "Six months")
    onward = answer_search(clerk_of(elsewhere), _answer(ask(movement, elsewhere), True))
    assert onward is not None
    movement.refresh_from_db()
    assert movement.state == "cancelled"
    assert (onward.origin, onward.destination, onward.reason, onward.follows) == (
        elsewhere,
        movement.destination,
        "search",
        movement,
    )
    assert (onward.state, _bag(onward).part.holder) == ("requested", elsewhere)
    assert find_broken(all_invariants()) == []


def test_the_store_is_answered_for_by_the_staff() -> None:
    movement = a_movement(own_place("store"))
    mark_missing(operator(), movement.reference, 1, "Not on its shelf")
    answer_search_for(operator(), _answer(ask(movement, own_place("store")), True))
    assert _bag(movement).state == "requested"


def test_not_there_is_kept_with_where_somebody_looked_and_may_become_found() -> None:
    movement = missing_on_the_way()
    task, clerk = ask(movement, movement.origin), clerk_of(movement.origin)
    assert answer_search(clerk, _answer(task, False)) is None
    task.refresh_from_db()
    assert (task.state, task.answer, task.answered_by_name) == ("not_here", "Behind the cabinet", clerk.name)
    assert _bag(movement).state == "missing"
    with pytest.raises(Conflict, match="answered this already"):
        answer_search(clerk, _answer(task, False))
    answer_search(clerk, _answer(task, True))
    assert _bag(movement).state == "in_progress"
    with pytest.raises(Conflict, match="answered this already"):
        answer_search(clerk, _answer(task, True))


def test_an_answer_says_where_and_comes_from_who_was_asked() -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    with pytest.raises(InvalidInput):
        answer_search(clerk_of(movement.origin), AnswerSearch(reference=task.reference, is_found=False, where=" "))
    with pytest.raises(NotFound):
        answer_search(clerk_of(movement.destination), _answer(task, True))


def test_a_scan_that_finds_it_ends_the_questions() -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    Journey(movement.bags.get().labels.get(), timezone.now() - timedelta(minutes=30)).scan("hub_in")
    follow_searches()
    task.refresh_from_db()
    assert task.state == "withdrawn"
    with pytest.raises(Conflict, match="no longer sought"):
        answer_search(clerk_of(movement.origin), _answer(task, True))


def test_what_the_registers_wanted_is_carried_out_by_the_movement_from_where_it_was_found() -> None:
    practices()
    take(from_practice("G1", acceptance(kind="1", practice=THERE)))
    take(from_practice("G1", acceptance(kind="3", practice=HERE, transaction="18"), sent="202601201000"))
    left()
    movement, elsewhere = Movement.objects.get(), holder_of(practice(ELSEWHERE))
    Journey(movement.bags.get().labels.get(), timezone.now()).scan("delivered", elsewhere)
    Journey(movement.bags.get().labels.get(), timezone.now()).scan("collected", elsewhere)
    mark_missing(operator(), movement.reference, 1, "Five working days")
    onward = answer_search(clerk_of(elsewhere), _answer(ask(movement, elsewhere), True))
    assert onward is not None
    assert standing() == [(THERE, HERE)]  # what is wanted has not changed
    assert WantedMovement.objects.get(ended_at=None).movement_reference == onward.reference
    arrived()
    assert standing() == []
    assert the_patient().record_at == practice(HERE)


def test_the_database_asks_nobody_twice_and_keeps_no_answer_without_a_name() -> None:
    movement = missing_on_the_way()
    task = ask(movement, movement.origin)
    values = {"part": task.part, "bag": task.bag, "holder": task.holder, "due_on": task.due_on}
    with pytest.raises(IntegrityError, match="search_asked_once"), transaction.atomic():
        SearchTask.objects.create(**values)
    with pytest.raises(IntegrityError, match="search_answered_by_somebody"), transaction.atomic():
        SearchTask.objects.filter(id=task.id).update(state="not_here")
