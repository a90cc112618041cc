"""Walks that take out of the store what is wanted elsewhere (J26)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.organisations.tests.factories import OperatorFactory
from portal.records.models import Bag, Label, RecordPart, Retrieval, RetrievalWave
from portal.records.places import own_place
from portal.records.services.retrieve_bags import TakenOut, confirm_taken, end_wave, say_not_found, start_wave
from portal.records.services.settle_movement import cancel_movement
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import (
    Journey,
    a_practice,
    a_record,
    a_shelf,
    operator,
    stored_bag,
    stored_label,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
BASE = "/staff/records/store/take-out/"


@pytest.fixture
def staff(sign_in: Any) -> Client:
    client: Client = sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"]))
    return client


def _text(response: Any, status: int = 200) -> str:
    set_scope("system")
    assert response.status_code == status
    return str(response.content.decode())


def _wave() -> RetrievalWave:
    return start_wave(operator(), own_place("store").code)


def _new_label(bag: Bag) -> str:
    return str(Label.objects.get(bag=bag, voided_at=None).code)


def _old_code(bag: Bag) -> str:
    return str(Label.objects.filter(bag__part=bag.part_id).exclude(bag=bag).get().code)


def _taken(wave: RetrievalWave, code: str, label: str) -> Retrieval:
    return confirm_taken(operator(), TakenOut(wave=wave.reference, code=code, label=label))


def test_a_walk_goes_by_building_shelf_and_box_and_what_is_on_no_shelf_comes_last() -> None:
    _, _, box = a_shelf()
    loose, second, first = stored_bag(), stored_bag(f"{box[:-1]}2"), stored_bag(box)
    wave = _wave()
    rows = list(Retrieval.objects.filter(wave=wave).select_related("bag").order_by("id"))
    assert [each.bag_id for each in rows] == [first.pk, second.pk, loose.pk]
    assert box in rows[0].place and rows[2].place == "Not on a shelf yet"
    assert {each.bag.state for each in rows} == {"in_progress"}


def test_what_one_person_fetches_is_on_nobody_elses_list() -> None:
    stored_bag()
    _wave()
    with pytest.raises(Conflict, match="Nothing is left"), transaction.atomic():
        _wave()
    bag = Bag.objects.get(retrievals__isnull=False)
    other = RetrievalWave.objects.create(store=own_place("store"), started_by_name="x")
    with pytest.raises(IntegrityError, match="bag_fetched_by_one"), transaction.atomic():
        Retrieval.objects.create(wave=other, bag=bag, place="x")


def test_a_bag_is_taken_out_with_two_codes() -> None:
    _, _, box = a_shelf()
    bag, wave = stored_bag(box), _wave()
    _taken(wave, _old_code(bag), _new_label(bag))
    bag.refresh_from_db()
    wave.refresh_from_db()
    part = RecordPart.objects.get(id=bag.part_id)
    assert (bag.state, part.box, part.holder.code) == ("ready", None, own_place("store").code)
    assert wave.ended_at is not None
    label = Label.objects.get(code=_new_label(bag))
    assert Journey(label, part.since).scan("collected", own_place("store")).discrepancies == ()


def test_a_label_of_another_bag_is_refused() -> None:
    one, two = stored_bag(), stored_bag()
    wave = _wave()
    for code, label, said in (
        (_old_code(one), _new_label(two), "for another bag"),
        (_new_label(one), _new_label(one), "older code"),
        (stored_label().code, _new_label(one), "not on the list"),
        ("RL-2222-2222", _new_label(one), "No bag has this code"),
    ):
        with pytest.raises(InvalidInput, match=said), transaction.atomic():
            _taken(wave, code, label)
    assert not Retrieval.objects.exclude(outcome="").exists()


def test_a_bag_that_never_had_a_label_goes_by_the_records_reference() -> None:
    record, store = a_record(own_place("store")), own_place("store")
    start_movement(operator(), StartMovement(record=record, origin=store, destination=a_practice(), reason="returning"))
    wave, bag = _wave(), Bag.objects.get()
    _taken(wave, record.reference, _new_label(bag))
    bag.refresh_from_db()
    assert bag.state == "ready"


def test_a_bag_that_is_not_there_is_missing_and_in_no_box() -> None:
    _, _, box = a_shelf()
    bag, wave = stored_bag(box), _wave()
    say_not_found(operator(), wave.reference, bag.movement.reference, bag.number, "Looked left and right")
    part = RecordPart.objects.get(id=bag.part_id)
    assert (part.state, part.box) == ("missing", None)
    assert Retrieval.objects.get().outcome == "not_found"
    with pytest.raises(NotFound), transaction.atomic():
        say_not_found(operator(), wave.reference, bag.movement.reference, bag.number, "Again")


def test_what_a_walk_leaves_can_be_claimed_again() -> None:
    stored_bag()
    first = _wave()
    end_wave(operator(), first.reference)
    again = _wave()
    assert Retrieval.objects.filter(wave=again, outcome="").count() == 1
    with pytest.raises(Conflict, match="ended already"), transaction.atomic():
        end_wave(operator(), first.reference)


def test_a_bag_that_is_no_longer_wanted_stays() -> None:
    bag, wave = stored_bag(), _wave()
    cancel_movement(operator(), bag.movement.reference, "By mistake")
    with pytest.raises(Conflict, match="no longer to be taken out"), transaction.atomic():
        _taken(wave, _old_code(bag), _new_label(bag))


def test_the_walk_on_its_pages(staff: Client) -> None:
    _, _, box = a_shelf()
    one, two = stored_bag(box), stored_bag(box)
    assert one.movement.reference in _text(staff.get(BASE))
    assert staff.post(f"{BASE}start/", {"store": "\x00"}).status_code in (404, 409)
    place = staff.post(f"{BASE}start/", {"store": "STORE"})["Location"].partition("?")[0]
    page = _text(staff.get(place))
    assert _new_label(one) in page and one.movement.record.patient.family_name not in page
    for name in ("list.pdf", "labels.pdf"):
        assert staff.get(f"{place}{name}").content.startswith(b"%PDF")
    set_scope("system")
    wrong = _text(staff.post(place, {"code": _old_code(one), "label": _new_label(two)}), 422)
    assert "This label is for another bag" in wrong
    staff.post(place, {"code": _old_code(one), "label": _new_label(one)})
    set_scope("system")
    staff.post(f"{place}{two.movement.reference}/{two.number}/", {"why": "Looked in the boxes beside it"})
    assert "It ended on" in _text(staff.get(place))
    assert "Nothing is to be taken out" in _text(staff.get(BASE))
    _text(staff.get(f"{place}labels.pdf"), 404)


def test_a_walk_costs_the_same_however_long_it_is(staff: Client) -> None:
    def cost() -> list[int]:
        place = f"{BASE}{_wave().reference}/"
        numbers = []
        for address in (place, f"{place}list.pdf", BASE):
            staff.get(address)
            with CaptureQueriesContext(connection) as queries:
                staff.get(address)
            numbers.append(len(queries))
        set_scope("system")
        return numbers

    stored_bag()
    before = cost()
    for _ in range(3):
        stored_bag()
    assert cost() == before
