"""The records of a closing site: counted, entered, looked for, and sent where each belongs (J18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.records.closures.counting import progress_of
from portal.records.closures.finding import parts_named
from portal.records.closures.models import Counted, Inventory
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.services.count_records import count_records, end_counting, enter_found, open_inventory
from portal.records.closures.services.move_records import day_before, move_everything
from portal.records.closures.tests.factories import closing, counting
from portal.records.finding import Identifiers
from portal.records.models import Bag, Discrepancy, Holder, Movement, RecordPart
from portal.records.permissions import MOVE_RECORDS
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.services.join_store import join_everything
from portal.records.services.settle_movement import say_no_paper
from portal.records.tests.factories import (
    Journey,
    a_movement,
    a_patient,
    a_practice,
    a_record,
    labelled,
    operator,
    organisation_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]


def _clerk(site: Holder) -> Actor:
    allowed = frozenset({COUNT_RECORDS.code, MOVE_RECORDS.code})
    return Actor(name="Kofi", audience="contractor", organisation_id=organisation_of(site).pk, permissions=allowed)


def _number(of: Any) -> str:
    return str(RegisteredPatient.objects.get(paper_record=of).nhs_number)


def test_a_count_needs_an_approved_closure_and_is_begun_once() -> None:
    site = a_practice()
    with pytest.raises(Conflict, match="no approved closure"), transaction.atomic():
        open_inventory(_clerk(site), site.code)
    a_record(site)
    plan = closing(site)
    opened = open_inventory(_clerk(site), site.code)
    assert (opened.case_reference, opened.expected, opened.closes_on) == (plan.case_reference, 1, plan.closes_on)
    with pytest.raises(Conflict, match="Kofi has begun this count"), transaction.atomic():
        open_inventory(operator_counts(), site.code)
    with pytest.raises(NotFound), transaction.atomic():
        open_inventory(_clerk(a_practice()), site.code)


def operator_counts() -> Actor:
    """Somebody of the operator who is at the site."""
    return Actor(name="Rita", audience="staff", permissions=frozenset({COUNT_RECORDS.code, "records.work"}))


def test_envelopes_are_ticked_off_by_number_label_and_reference() -> None:
    site = a_practice()
    plain, labelled_one, by_name = a_record(site), a_movement(site), a_record(site)
    [label] = labelled(labelled_one)
    counting(site)
    spaced = f"{_number(plain)[:3]} {_number(plain)[3:6]} {_number(plain)[6:]}"
    lines = count_records(_clerk(site), site.code, [spaced, label.code.lower(), by_name.reference, "garbage"])
    assert [each.is_there for each in lines] == [True, True, True, False]
    [again] = count_records(_clerk(site), site.code, [spaced])
    assert again.said == "Ticked off before."
    assert Counted.objects.count() == 3


def test_a_record_in_two_envelopes_is_ticked_off_one_by_one() -> None:
    site = a_practice()
    thick = a_record(site, parts=2)
    counting(site)
    number = _number(thick)
    said = [count_records(_clerk(site), site.code, [number])[0].said for _ in range(3)]
    assert said == ["Ticked off. There are 1 more envelopes of this record.", "Ticked off.", "Ticked off before."]


def test_nothing_is_said_of_a_record_that_is_elsewhere() -> None:
    site, elsewhere = a_practice(), a_record(a_practice())
    counting(site)
    known, nobody = count_records(_clerk(site), site.code, [_number(elsewhere), "9990000018"])
    assert known.said == nobody.said and not known.is_there


def test_an_envelope_that_nobody_expected_is_entered_and_custody_follows_it() -> None:
    site, other = a_practice(), a_practice()
    born = timezone.localdate() - timedelta(days=9_000)
    known = a_record(other, patient=a_patient(born_on=born))
    unknown = a_patient(born_on=born)
    counting(site)
    for patient in (known.patient, unknown):
        enter_found(_clerk(site), site.code, Identifiers(number=patient.nhs_number, born_on=born))
    assert {part.holder.code for part in RecordPart.objects.select_related("holder")} == {site.code}
    assert not Counted.objects.filter(was_expected=True).exists()
    with pytest.raises(Conflict, match="counted already"), transaction.atomic():
        enter_found(_clerk(site), site.code, Identifiers(number=unknown.nhs_number, born_on=born))
    with pytest.raises(InvalidInput, match="We know no patient"), transaction.atomic():
        enter_found(_clerk(site), site.code, Identifiers(number="9990000018", born_on=born))


def test_one_that_was_on_its_way_elsewhere_is_shown_as_being_at_the_wrong_place() -> None:
    site, born = a_practice(), timezone.localdate()
    movement = a_movement()
    RegisteredPatient.objects.filter(pk=movement.record.patient_id).update(born_on=born)
    counting(site)
    enter_found(_clerk(site), site.code, Identifiers(number=_number(movement.record), born_on=born))
    assert Discrepancy.objects.get().kind == "wrong_place"


def test_each_record_goes_where_it_belongs_and_what_was_not_found_is_missing() -> None:
    site, successor, new = a_practice(), a_practice(), a_practice()
    here = organisation_of(site)
    stays = a_record(site, patient=a_patient(registered_at=here))
    moved = a_record(site, patient=a_patient(registered_at=organisation_of(new)))
    dead = a_record(site, patient=a_patient(registered_at=here, has_died=True))
    gone = a_record(site, patient=a_patient(registered_at=here))
    counting(site, successor=successor)
    count_records(_clerk(site), site.code, [_number(each) for each in (stays, moved, dead)])
    with pytest.raises(Conflict, match="1 are not found now"), transaction.atomic():
        end_counting(_clerk(site), site.code, unseen_agreed=0)
    end_counting(_clerk(site), site.code, unseen_agreed=1)
    assert move_everything() == 4
    to = dict(Movement.objects.values_list("record_id", "destination__code"))
    expected = {stays.pk: successor.code, moved.pk: new.code, dead.pk: own_place("store").code}
    assert to == {**expected, gone.pk: successor.code}
    assert dict(Movement.objects.values_list("record_id", "state"))[gone.pk] == "missing"
    assert RecordPart.objects.get(record=gone).state == "missing"
    assert move_everything() == 0
    assert progress_of(Inventory.objects.get()).still_there == 3


def test_without_a_successor_records_go_to_the_store_and_do_not_come_back() -> None:
    site = a_practice()
    record = a_record(site, patient=a_patient(registered_at=organisation_of(site)))
    _everything_counted(site, record)
    [label] = labelled(Movement.objects.get())
    Journey(label, timezone.now()).scan("shelved", own_place("store"))
    move_everything()
    assert Inventory.objects.get().state == "done"
    assert join_everything() == 0
    Counted.objects.all().delete()
    Inventory.objects.all().delete()  # what brings it back when nothing says that the site closes
    assert join_everything() == 1


def _everything_counted(site: Holder, *records: Any) -> None:
    counting(site)
    count_records(_clerk(site), site.code, [_number(each) for each in records])
    end_counting(_clerk(site), site.code, unseen_agreed=0)
    move_everything()


def test_it_should_leave_before_the_site_closes() -> None:
    site = a_practice()
    counting(site, days=8)
    count_records(_clerk(site), site.code, [a_record(site).reference])
    end_counting(_clerk(site), site.code, unseen_agreed=0)
    move_everything()
    assert Movement.objects.get().expected_by == day_before(Inventory.objects.get().closes_on)
    assert day_before(timezone.localdate() - timedelta(days=9)) == timezone.localdate()


def test_one_that_turns_up_later_leaves_too() -> None:
    site = a_practice()
    record = a_record(site)
    counting(site)
    end_counting(_clerk(site), site.code, unseen_agreed=1)
    move_everything()
    assert Bag.objects.get().state == "missing"
    count_records(_clerk(site), site.code, [_number(record)])
    assert move_everything() == 0
    assert RecordPart.objects.get().state == "kept" and Bag.objects.get().state == "requested"


def test_what_has_no_paper_keeps_nobody_waiting() -> None:
    site = a_practice()
    _everything_counted(site, a_record(site))
    say_no_paper(operator(), Movement.objects.get().reference, digitised=False)
    assert move_everything() == 0
    assert Inventory.objects.get().state == "done"


def test_only_some_are_moved_in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.records.closures.services.move_records.AT_ONCE", 2)
    monkeypatch.setattr("portal.records.closures.services.move_records._BATCHES", 1)
    site = a_practice()
    _everything_counted(site, *[a_record(site) for _ in range(5)])
    assert Movement.objects.count() == 2
    move_everything()
    move_everything()
    assert Movement.objects.count() == 5


def test_the_database_counts_an_envelope_once_and_a_site_once() -> None:
    site = a_practice()
    record = a_record(site)
    found = counting(site)
    count_records(_clerk(site), site.code, [record.reference])
    with pytest.raises(IntegrityError, match="counted_once"), transaction.atomic():
        Counted.objects.create(inventory=found, part=record.parts.get(), seen_by_name="x")
    with pytest.raises(IntegrityError, match="inventory_one_at_a_time"), transaction.atomic():
        Inventory.objects.create(
            organisation=found.organisation, case_reference="y", closes_on=found.closes_on, expected=1,
            opened_by_name="x",
        )  # fmt: skip


def test_a_stack_costs_the_same_however_high_it_is() -> None:
    site = a_practice()
    records = [a_record(site) for _ in range(6)]
    found = counting(site)

    def cost(lines: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            parts_named(found.organisation_id, lines)
            progress_of(found)
        return len(queries)

    assert cost([_number(records[0])]) == cost([_number(each) for each in records])
    assert holder_of(found.organisation) == site
