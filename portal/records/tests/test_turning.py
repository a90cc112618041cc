"""What a closing practice sends, or cannot find, goes to where its patient registers meanwhile (J18, J26)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.foundation.access.row_security import system_scope
from portal.foundation.audit.models import AuditEvent
from portal.foundation.invariants import all_invariants, find_broken
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.models import Organisation
from portal.records.chain import changed_links
from portal.records.closures.counting import progress_of
from portal.records.closures.models import Inventory
from portal.records.closures.services.count_records import count_records, end_counting
from portal.records.closures.services.move_records import move_everything
from portal.records.closures.tests.factories import counting
from portal.records.closures.tests.test_counting import _clerk
from portal.records.models import Bag, Holder, Label, Movement, PaperRecord, RecordPart
from portal.records.picture import picture_of
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, WantedMovement
from portal.records.registrations.moving import begin_waiting
from portal.records.registrations.tests.factories import (
    ELSEWHERE,
    HERE,
    THERE,
    from_authority,
    from_practice,
    practice,
    practices,
    take,
)
from portal.records.registrations.tests.samples import NUMBER, acceptance, answer, deduction
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.services.join_store import join_everything
from portal.records.services.prepare_movement import make_labels, mark_ready
from portal.records.services.reconstitute import reconstitute
from portal.records.services.settle_movement import mark_lost, mark_missing
from portal.records.tests.factories import Journey, a_practice, a_record, labelled, operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
BORN = from_practice("G1", acceptance(kind="1", practice=THERE, transaction="5"), sent="202601011000")
MOVED = from_practice("G1", acceptance(kind="3", practice=HERE, transaction="17"))
MOVED_ON = from_practice("G1", acceptance(kind="3", practice=ELSEWHERE, transaction="18"), sent="202602011000")


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()


def closing_site() -> Holder:
    """The practice that closes."""
    return holder_of(practice(THERE))


def planned(*, is_found: bool, parts: int = 1) -> Holder:
    """Its count has ended: the record of its patient leaves for who takes over, or is looked for. Returns that one."""
    successor = a_practice()
    assert take(BORN) == ["envelope_created"]
    if parts > 1:
        a_record(closing_site(), patient=RegisteredPatient.objects.get(), parts=parts)
    counting(closing_site(), successor=successor)
    if is_found:
        count_records(_clerk(closing_site()), THERE, [NUMBER])
    unseen = parts - 1 if is_found else parts
    end_counting(_clerk(closing_site()), THERE, unseen_agreed=unseen)
    move_everything()
    assert set(Movement.objects.values_list("destination", flat=True)) == {successor.pk}
    return successor


def whole() -> None:
    """Nothing that must always be true is broken, and every chain of custody verifies."""
    with system_scope():
        assert find_broken(all_invariants()) == []
        assert list(changed_links()) == []


def _goes_to() -> set[str]:
    return set(Movement.objects.filter(ended_at=None).values_list("destination__code", flat=True))


@pytest.mark.parametrize("is_found", [False, True])
def test_it_goes_to_where_the_patient_registers_meanwhile(is_found: bool) -> None:
    planned(is_found=is_found)
    before = progress_of(Inventory.objects.get())
    assert take(MOVED) == ["destination_followed"]
    movement = Movement.objects.select_related("destination").get()
    assert (movement.destination.code, movement.destination_organisation, movement.reason) == (
        HERE, practice(HERE), "closure",
    )  # fmt: skip
    assert movement.state == ("requested" if is_found else "missing")
    after = progress_of(Inventory.objects.get())
    assert (after.still_there, after.sought, after.unanswered) == (before.still_there, before.sought, before.unanswered)
    assert AuditEvent.objects.get(type="records.movement_turned").payload["destination"] == movement.destination.name
    whole()


def test_the_search_goes_on_with_its_answers_and_asks_who_is_to_get_it_now() -> None:
    """Seen: asked for a first time only, nobody asks the new practice."""
    successor = planned(is_found=False)
    follow_searches()
    before = set(SearchTask.objects.values_list("pk", "state"))
    take(MOVED)
    OutboxMessage.objects.all().delete()
    follow_searches()
    follow_searches()  # nobody is asked twice
    assert before < set(SearchTask.objects.values_list("pk", "state"))
    new = SearchTask.objects.exclude(pk__in=[pk for pk, _ in before]).get()
    assert (new.holder.code, new.state) == (HERE, "asked")
    assert SearchTask.objects.get(holder=successor).state == "asked"
    assert progress_of(Inventory.objects.get()).unanswered == SearchTask.objects.filter(state="asked").count()
    steps = picture_of(Movement.objects.get())
    assert [step.state for step in steps] == ["done", "done", "stopped"]
    assert steps[1].title == f"Goes to {practice(HERE).name} now" and "looks for it" in steps[2].note


def test_found_in_the_store_it_goes_straight_to_the_new_practice() -> None:
    planned(is_found=False)
    take(MOVED)
    task = SearchTask.objects.get(holder=own_place("store"))
    onward = answer_search_for(operator(), AnswerSearch(reference=task.reference, is_found=True, where="Shelf 4"))
    assert onward is not None and (onward.origin, onward.destination.code) == (own_place("store"), HERE)
    whole()


@pytest.mark.parametrize("place", ["site", "new"])
def test_found_at_either_end_it_goes_on_or_has_arrived(place: str) -> None:
    planned(is_found=False)
    take(MOVED)
    follow_searches()
    at = closing_site() if place == "site" else holder_of(practice(HERE))
    task = SearchTask.objects.get(holder=at)
    answer_search_for(operator(), AnswerSearch(reference=task.reference, is_found=True, where="A shelf"))
    if place == "site":
        _travel()
    assert RecordPart.objects.get().holder.code == HERE
    begin_waiting()
    assert RegisteredPatient.objects.get().record_at == practice(HERE)
    assert not WantedMovement.objects.filter(ended_at=None).exists() and _goes_to() == set()
    whole()


def _travel() -> None:
    for movement in Movement.objects.filter(ended_at=None):
        for label in labelled(movement):
            Journey(label, timezone.now()).scan("received", movement.destination)


def test_found_before_the_patient_registers_elsewhere_it_is_turned_all_the_same() -> None:
    planned(is_found=False)
    task = SearchTask.objects.get(holder=own_place("store"))
    answer_search_for(operator(), AnswerSearch(reference=task.reference, is_found=True, where="Shelf 4"))
    assert take(MOVED) == ["destination_followed"]
    assert Movement.objects.get(ended_at=None).reason == "search"
    assert _goes_to() == {HERE}
    whole()


def test_found_where_the_patient_is_now_it_stays_there() -> None:
    planned(is_found=False)
    SearchTask.objects.filter(holder=own_place("hub")).update(holder=holder_of(practice(HERE)))
    task = SearchTask.objects.get(holder__code=HERE)
    answer_search_for(operator(), AnswerSearch(reference=task.reference, is_found=True, where="In the cellar"))
    take(MOVED)
    assert _goes_to() == set() and RecordPart.objects.get().holder.code == HERE
    whole()


def test_it_follows_again_and_goes_back_when_the_registration_is_refused() -> None:
    successor = planned(is_found=False)
    take(MOVED)
    assert take(MOVED_ON) == ["destination_followed"]
    assert _goes_to() == {ELSEWHERE}
    assert take(from_authority("F3", answer(practice=ELSEWHERE, transaction="18"), sent="202602021000")) == [
        "movement_undone"
    ]
    assert _goes_to() == {HERE}
    assert take(from_authority("F3", answer(practice=HERE), sent="202602031000")) == ["undone"]
    assert _goes_to() == {successor.code}
    assert Bag.objects.get().state == "missing"  # the search went on all the time
    whole()


def test_one_that_was_put_together_anew_lies_where_it_was_sent_and_is_not_turned() -> None:
    successor = planned(is_found=False)
    mark_lost(operator(), Movement.objects.get().reference, 1, "Six months")
    reconstitute(operator(), Movement.objects.get().reference, 1, "From the electronic record")
    assert take(MOVED) == ["movement_started"]
    assert _goes_to() == {successor.code}
    whole()


def test_of_a_patient_who_died_it_goes_to_the_store() -> None:
    planned(is_found=False)
    take(from_authority("F2", deduction(practice=THERE, reason="1")))
    assert _goes_to() == {"STORE"}
    whole()


def test_both_of_two_envelopes_follow_the_one_that_was_found_and_the_one_that_is_sought() -> None:
    planned(is_found=True, parts=2)
    assert Movement.objects.filter(ended_at=None).count() == 2
    take(MOVED)
    assert _goes_to() == {HERE}
    assert Movement.objects.filter(ended_at=None, destination__code=HERE).count() == 2
    whole()


def test_a_label_that_names_the_old_place_is_void_and_the_practice_makes_another() -> None:
    planned(is_found=True)
    movement = Movement.objects.get()
    [old] = make_labels(operator(), movement.reference)
    mark_ready(operator(), movement.reference)
    take(MOVED)
    movement.refresh_from_db()
    assert (movement.state, movement.destination.code) == ("in_progress", HERE)
    assert "goes to" in Label.objects.get(code=old.code).void_reason
    [new] = make_labels(operator(), movement.reference)
    assert new.code != old.code
    whole()


def test_what_has_left_arrives_first_and_is_sent_on() -> None:
    successor = planned(is_found=True)
    [label] = make_labels(operator(), Movement.objects.get().reference)
    way = Journey(label, timezone.now())
    way.scan("collected", closing_site())
    assert take(MOVED) == ["movement_started"]
    assert _goes_to() == {successor.code}
    way.scan("received", successor)
    assert begin_waiting() == 1
    assert _goes_to() == {HERE}
    whole()


def test_what_was_lost_on_the_road_is_not_turned() -> None:
    successor = planned(is_found=True)
    [label] = make_labels(operator(), Movement.objects.get().reference)
    Journey(label, timezone.now()).scan("collected", closing_site())
    mark_missing(operator(), Movement.objects.get().reference, 1, "Five working days")
    take(MOVED)
    assert _goes_to() == {successor.code} and Label.objects.get().voided_at is None


def test_what_a_practice_asked_for_goes_to_who_asked() -> None:
    take(BORN)
    record = a_record(closing_site(), patient=RegisteredPatient.objects.get())
    from portal.records.services.start_movement import StartMovement, start_movement

    asker = a_practice()
    command = StartMovement(record=record, origin=closing_site(), destination=asker, reason="requested")
    start_movement(operator(), command)
    assert take(MOVED) == ["movement_started"]
    assert _goes_to() == {asker.code}


def test_a_stored_record_on_its_way_home_follows_until_it_is_taken_out() -> None:
    take(BORN)
    RegisteredPatient.objects.update(record_at=None, record_in_store=True)
    a_record(own_place("store"), patient=RegisteredPatient.objects.get())
    assert join_everything() == 1
    assert _goes_to() == {THERE}
    assert take(MOVED) == ["destination_followed"]
    assert _goes_to() == {HERE}
    make_labels(operator(), Movement.objects.get().reference)  # as a walk through the store does
    assert take(MOVED_ON) == ["redirected"]
    assert _goes_to() == {HERE}
    whole()


def test_a_patient_nobody_knows_to_have_paper_needs_no_question_while_the_record_is_sought() -> None:
    """Seen: a register that names no holder made a question of it, and the record went to who takes over."""
    planned(is_found=False)
    RegisteredPatient.objects.update(record_at=None)
    assert take(MOVED) == ["destination_followed"]
    assert not WantedMovement.objects.exists() and _goes_to() == {HERE}
    assert RegistrationEvent.objects.filter(effect="previous_practice_sought").count() == 0


def test_the_old_destination_does_not_see_it_any_more_and_the_new_one_does() -> None:
    successor = planned(is_found=True)
    take(MOVED)
    from portal.accounts.tests.factories import MembershipFactory
    from tests.meta.world import actor_for

    def sees(place: Organisation) -> bool:
        clerk = MembershipFactory(organisation=place, roles=["records_movement_clerk"])
        return bool(Movement.objects.visible_to(actor_for(clerk, ["records_movement_clerk"])).exists())

    assert successor.organisation is not None
    assert (sees(successor.organisation), sees(practice(HERE)), sees(practice(THERE))) == (False, True, True)


def test_one_that_was_left_behind_breaks_an_invariant(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control off: nothing follows the patient."""
    planned(is_found=False)
    monkeypatch.setattr("portal.records.registrations.doing.follow_patient", lambda patient: 0)
    take(MOVED)
    assert {each.invariant.code for each in find_broken(all_invariants())} == {"records.planned_follows_its_patient"}


def test_a_closure_counts_its_days_from_the_same_day() -> None:
    planned(is_found=True)
    expected = Movement.objects.get().expected_by
    take(MOVED)
    assert Movement.objects.get().expected_by == expected <= timezone.localdate() + timedelta(days=60)
    assert PaperRecord.objects.count() == 1
