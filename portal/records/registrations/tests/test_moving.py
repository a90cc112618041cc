"""What the registers want becomes a movement of paper, and follows it (J28, J26)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.foundation.invariants import find_broken
from portal.records.models import Movement, RecordPart
from portal.records.registrations.models import WantedMovement
from portal.records.registrations.moving import begin_waiting
from portal.records.registrations.tests.factories import (
    ELSEWHERE,
    HERE,
    THERE,
    arrived,
    from_authority,
    from_practice,
    left,
    practice,
    practices,
    standing,
    take,
)
from portal.records.registrations.tests.samples import acceptance, answer, deduction
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.services.prepare_movement import add_bag
from portal.records.services.settle_movement import cancel_movement, mark_missing, say_never_held
from portal.records.tests.factories import Journey, labelled, operator

pytestmark = pytest.mark.django_db
BORN = from_practice("G1", acceptance(kind="1", practice=THERE, transaction="5"), sent="202601011000")
MOVED = from_practice("G1", acceptance(kind="3", practice=HERE, transaction="17"))
MOVED_ON = from_practice("G1", acceptance(kind="3", practice=ELSEWHERE, transaction="18"), sent="202602011000")


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()
    take(BORN)


def _movements() -> list[tuple[str, str, str, str]]:
    rows = Movement.objects.select_related("origin", "destination").order_by("id")
    return [(row.origin.code, row.destination.code, row.state, row.reason) for row in rows]


def test_a_registration_starts_the_movement_of_the_paper() -> None:
    take(MOVED)
    assert _movements() == [(THERE, HERE, "requested", "registration")]
    assert Movement.objects.get().origin_organisation == practice(THERE)


def test_a_refused_registration_cancels_it() -> None:
    take(MOVED)
    take(from_authority("F3", answer(practice=HERE)))
    assert _movements() == [(THERE, HERE, "cancelled", "registration")]


def test_a_later_registration_turns_it_before_it_has_left() -> None:
    take(MOVED)
    take(MOVED_ON)
    assert _movements() == [
        (THERE, HERE, "cancelled", "registration"),
        (THERE, ELSEWHERE, "requested", "registration"),
    ]


def _missing() -> Movement:
    movement = Movement.objects.get()
    say_never_held(operator(), movement.reference, "Searched the cellar")
    follow_searches()
    return movement


def test_what_is_looked_for_keeps_its_search_and_goes_to_the_later_practice() -> None:
    """Seen: its movement was ended and the search with it, and whoever had said that they never had it was asked."""
    take(MOVED)
    movement = _missing()
    asked = SearchTask.objects.filter(state="asked").count()
    assert asked
    assert take(MOVED_ON) == ["destination_followed"]
    follow_searches()
    assert _movements() == [(THERE, ELSEWHERE, "missing", "registration")]
    assert SearchTask.objects.filter(state="asked").count() == asked + 1
    assert standing() == [(THERE, ELSEWHERE)]
    task = SearchTask.objects.get(holder__code=HERE)
    onward = answer_search_for(operator(), AnswerSearch(reference=task.reference, is_found=True, where="A drawer"))
    assert onward is not None and onward.follows == movement
    assert _movements()[-1] == (HERE, ELSEWHERE, "requested", "search")
    assert standing() == [(THERE, ELSEWHERE)]
    arrived()
    assert standing() == []
    assert find_broken() == []


def test_what_is_looked_for_ends_when_the_patient_comes_back_or_the_message_is_refused() -> None:
    take(MOVED)
    _missing()
    take(MOVED_ON)
    take(from_authority("F3", answer(practice=ELSEWHERE, transaction="18"), sent="202602021000"))
    assert _movements() == [(THERE, ELSEWHERE, "cancelled", "registration")]
    assert standing() == []


def test_of_two_bags_one_that_is_on_the_road_and_one_that_is_missing_arrive_before_they_are_sent_on() -> None:
    """Seen: the import broke off, because a bag on the road cannot be cancelled."""
    take(MOVED)
    movement = Movement.objects.get()
    add_bag(operator(), movement.reference)
    labels = labelled(movement)
    Journey(labels[0], timezone.now()).scan("collected", movement.origin)
    mark_missing(operator(), movement.reference, 2, "Five working days")
    assert take(MOVED_ON) == ["follows_on_arrival"]
    assert _movements() == [(THERE, HERE, "missing", "registration")]


def test_what_has_left_goes_on_from_where_it_arrives() -> None:
    take(MOVED)
    left()
    take(MOVED_ON)
    assert [row[2] for row in _movements()] == ["collected"]
    arrived()
    assert _movements() == [
        (THERE, HERE, "in_storage", "registration"),
        (HERE, ELSEWHERE, "requested", "registration"),
    ]


def test_a_record_in_the_store_leaves_by_itself_when_its_patient_registers_again() -> None:
    """The step that failed for 130,000 records."""
    take(from_authority("F2", deduction(practice=THERE, reason="2")))
    arrived()
    assert RecordPart.objects.get().holder.kind == "store"
    take(MOVED_ON)
    assert _movements()[1:] == [("STORE", ELSEWHERE, "requested", "returning")]


def test_custody_is_believed_before_the_registers() -> None:
    take(MOVED)
    arrived()
    assert standing() == []
    part = RecordPart.objects.select_related("holder").get()
    assert part.holder.code == HERE
    take(MOVED_ON)
    assert _movements()[-1][:2] == (HERE, ELSEWHERE)


def test_a_movement_that_the_operator_cancels_is_no_longer_wanted() -> None:
    take(MOVED)
    cancel_movement(operator(), Movement.objects.get().reference, "Never at the practice")
    assert standing() == []


def test_what_could_not_begin_begins_later() -> None:
    take(MOVED)
    WantedMovement.objects.update(movement_reference="")
    Movement.objects.update(wanted_reference="")
    assert begin_waiting() == 0
    cancel_movement(operator(), Movement.objects.get().reference, "Made anew")
    assert begin_waiting() == 1
    assert _movements()[-1][2] == "requested"
