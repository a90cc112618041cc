"""What a closing practice's count does not find is looked for as any missing bag is (J18, J26)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict
from portal.foundation.invariants import all_invariants, find_broken
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OperatorFactory
from portal.records.closures.counting import listed, progress_of
from portal.records.closures.models import Counted, Inventory
from portal.records.closures.services.count_records import count_records, end_counting, enter_found, open_inventory
from portal.records.closures.services.move_records import move_everything
from portal.records.closures.site_changes import arrange_records
from portal.records.closures.tests.factories import closing, closing_step, counting
from portal.records.closures.tests.test_counting import _clerk, _number, operator_counts
from portal.records.finding import Identifiers
from portal.records.models import Bag, Holder, Movement, PaperRecord, RecordPart
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.registrations.tests.factories import HERE, THERE, from_practice, practice, practices, take
from portal.records.registrations.tests.samples import acceptance
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.searches.services.ask_holders import follow_searches
from portal.records.services.reconstitute import reconstitute
from portal.records.services.settle_movement import cancel_movement, mark_missing
from portal.records.services.watch_clock import let_time_pass
from portal.records.tests.factories import (
    Journey,
    a_movement,
    a_patient,
    a_practice,
    a_record,
    chain_of,
    labelled,
    operator,
    organisation_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


def not_found_at(site: Holder, *records: PaperRecord, successor: Holder | None = None) -> Inventory:
    """The count of a site ended, and none of these was found."""
    counting(site, successor=successor)
    end_counting(_clerk(site), site.code, unseen_agreed=RecordPart.objects.filter(record__in=records).count())
    move_everything()
    return Inventory.objects.get()


def _asked(state: str = "asked") -> set[str]:
    return set(SearchTask.objects.filter(state=state).values_list("holder__code", flat=True))


def test_everybody_who_had_it_and_who_is_to_get_it_is_asked_and_the_site_has_answered() -> None:
    before, site, successor = a_practice(), a_practice(), a_practice()
    moved = a_movement(before, site)
    [label] = labelled(moved)
    journey = Journey(label)
    journey.scan("collected", before)
    journey.scan("received", site)
    patient = moved.record.patient
    RegisteredPatient.objects.filter(pk=patient.pk).update(registered_at=organisation_of(site))
    not_found_at(site, moved.record, successor=successor)
    assert _asked() == {before.code, own_place("courier").code, successor.code}
    own = SearchTask.objects.get(holder=site)
    assert (own.state, own.answer, own.answered_by_name) == (
        "not_here", "Not found when the site counted its records", "Kofi",
    )  # fmt: skip
    follow_searches()
    assert SearchTask.objects.count() == 4  # nobody is asked twice
    assert find_broken(all_invariants()) == []


def test_one_that_nobody_ever_scanned_is_looked_for_in_the_store_and_at_the_hub_as_well() -> None:
    site = a_practice()
    not_found_at(site, a_record(site))
    assert _asked() == {own_place("store").code, own_place("hub").code}


def test_a_practice_reads_one_e_mail_however_many_it_is_to_look_for() -> None:
    site, successor = a_practice(), a_practice()
    MembershipFactory(organisation=organisation_of(successor), roles=["records_movement_clerk"])
    here = organisation_of(site)
    records = [a_record(site, patient=a_patient(registered_at=here, family_name="ZQXGONE")) for _ in range(3)]
    not_found_at(site, *records, successor=successor)
    [told] = OutboxMessage.objects.filter(kind="searches.asked_to_look")
    assert told.subject == "Please look for 3 paper records"
    assert "ZQXGONE" not in told.body and f"/o/{successor.code}/records/searches/" in told.body


def test_a_patient_on_the_list_without_any_envelope_is_counted_and_looked_for() -> None:
    practices()
    take(from_practice("G1", acceptance(kind="1", practice=THERE)))
    patient, site = RegisteredPatient.objects.get(), holder_of(practice(THERE))
    assert not PaperRecord.objects.exists()  # nothing was ever scanned
    assert counting(site).expected == 1
    part = RecordPart.objects.get()
    assert (part.record.patient, chain_of(part)) == (patient, [("", THERE, "entered")])
    end_counting(_clerk(site), THERE, unseen_agreed=1)
    move_everything()
    assert Bag.objects.get().state == "missing"
    assert _asked() == {own_place("store").code, own_place("hub").code}
    assert find_broken(all_invariants()) == []


def test_practices_where_the_patient_was_registered_before_are_asked() -> None:
    practices()
    take(from_practice("G1", acceptance(kind="1", practice=THERE)))
    take(from_practice("G1", acceptance(kind="3", practice=HERE, transaction="18"), sent="202601201000"))
    cancel_movement(operator(), Movement.objects.get().reference, "It was there already")
    site = Holder.objects.get(code=THERE)
    RegisteredPatient.objects.update(registered_at=None)
    not_found_at(site, PaperRecord.objects.get())
    assert HERE in _asked() and THERE not in _asked()


def test_a_long_list_is_expected_bit_by_bit_and_the_count_cannot_end_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.records.closures.services.count_records._LISTED_AT_ONCE", 2)
    monkeypatch.setattr("portal.records.closures.services.move_records.AT_ONCE", 2)
    site = a_practice()
    patients = [a_patient(registered_at=organisation_of(site)) for _ in range(5)]
    a_patient(registered_at=organisation_of(site), record_in_store=True)  # its paper is not here
    assert counting(site).expected == 5
    assert RecordPart.objects.count() == 2
    with pytest.raises(Conflict, match="still adds patients"), transaction.atomic():
        end_counting(_clerk(site), site.code, unseen_agreed=2)
    assert move_everything() == 3
    assert not listed(organisation_of(site).pk).exists()
    count_records(_clerk(site), site.code, [each.nhs_number for each in patients])
    end_counting(_clerk(site), site.code, unseen_agreed=0)
    assert move_everything() == 5


def test_expecting_a_list_costs_the_same_however_long_it_is() -> None:
    def cost(patients: int) -> int:
        site = a_practice()
        for _ in range(patients):
            a_patient(registered_at=organisation_of(site))
        closing(site)
        with CaptureQueriesContext(connection) as queries:
            open_inventory(operator_counts(), site.code)
        return len(queries)

    assert cost(1) == cost(7)


def test_ticked_off_it_goes_on_and_nobody_need_look_any_more() -> None:
    site, successor = a_practice(), a_practice()
    record = a_record(site, patient=a_patient(registered_at=organisation_of(site)))
    not_found_at(site, record, successor=successor)
    count_records(_clerk(site), site.code, [_number(record)])
    bag = Bag.objects.select_related("part", "movement__destination").get()
    assert (bag.state, bag.part.state, bag.movement.destination) == ("requested", "kept", successor)
    assert _asked() == set() and SearchTask.objects.filter(state="withdrawn").exists()
    assert progress_of(Inventory.objects.get()).still_there == 1
    assert find_broken(all_invariants()) == []


def test_found_elsewhere_it_goes_on_from_there() -> None:
    before, site, successor = a_practice(), a_practice(), a_practice()
    record = a_record(site, patient=a_patient(registered_at=organisation_of(site)))
    not_found_at(site, record, successor=successor)
    task = SearchTask.objects.get(holder=own_place("store"))
    onward = answer_search_for(operator(), AnswerSearch(reference=task.reference, is_found=True, where="Shelf 4"))
    assert onward is not None and (onward.origin, onward.destination) == (own_place("store"), successor)
    assert progress_of(Inventory.objects.get()).sought == 0
    assert before.code not in _asked()


def test_of_two_envelopes_the_one_that_was_found_leaves_and_the_other_is_looked_for() -> None:
    site = a_practice()
    record = a_record(site, parts=2)
    counting(site)
    count_records(_clerk(site), site.code, [_number(record)])
    end_counting(_clerk(site), site.code, unseen_agreed=1)
    move_everything()
    assert dict(Bag.objects.values_list("part__number", "state")) == {1: "requested", 2: "missing"}
    assert Movement.objects.count() == 2


def test_an_envelope_that_others_look_for_is_found_when_it_is_entered_at_the_count() -> None:
    site, born = a_practice(), timezone.localdate()
    movement = a_movement()
    RegisteredPatient.objects.filter(pk=movement.record.patient_id).update(born_on=born)
    mark_missing(operator(), movement.reference, 1, "Five working days")
    follow_searches()
    counting(site)
    enter_found(_clerk(site), site.code, Identifiers(number=_number(movement.record), born_on=born))
    onward = Movement.objects.get(follows=movement)
    assert (onward.state, onward.origin, onward.destination) == ("requested", site, movement.destination)
    assert _asked() == set() and Counted.objects.count() == 1


def test_after_six_months_it_is_lost_and_may_be_put_together_anew() -> None:
    site = a_practice()
    inventory = not_found_at(site, a_record(site))
    Bag.objects.update(state_since=timezone.now() - timedelta(days=200))
    let_time_pass()
    movement = Movement.objects.get()
    assert (movement.state, RecordPart.objects.get().state) == ("lost", "lost")
    part = reconstitute(operator(), movement.reference, 1, "From the electronic record")
    assert part.holder == own_place("store")
    assert progress_of(inventory).sought == 1


def test_one_that_was_missing_before_without_a_movement_is_asked_about_too() -> None:
    site = a_practice()
    record = a_record(site)
    RecordPart.objects.update(state="missing")
    counting(site)
    end_counting(_clerk(site), site.code, unseen_agreed=0)
    move_everything()
    assert (Bag.objects.get().state, RecordPart.objects.get(record=record).state) == ("missing", "missing")
    assert _asked() == {own_place("store").code, own_place("hub").code}


def test_the_plan_waits_for_the_answers_or_for_a_person_who_accepts_that_with_a_reason(
    sign_in: Any,
) -> None:
    """Seen: without the look at ``unanswered`` the step is done while nobody has answered."""
    site = a_practice()
    step = closing_step(site)
    a_record(site)
    open_inventory(operator_counts(), site.code)
    end_counting(_clerk(site), site.code, unseen_agreed=1)
    move_everything()
    said = arrange_records(step.case.request, step).said
    assert "2 answers about them not given yet. A data manager who accepts that says why" in said
    manager = sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["data_manager"]))
    why = {"said": "The site is demolished; the search goes on"}
    done = manager.post(f"/staff/requests/{step.case.reference}/steps/{step.position}/not-needed/", why)
    assert done.status_code == 302
    set_scope("system")
    step.refresh_from_db()
    assert (step.state, step.progress) == ("skipped", "The site is demolished; the search goes on")
    assert _asked() == {own_place("store").code, own_place("hub").code}
