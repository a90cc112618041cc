"""Buildings, shelves, boxes, and what lies in them (J26)."""

from __future__ import annotations

from typing import Any

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.invariants import all_invariants, find_broken
from portal.organisations.tests.factories import OperatorFactory
from portal.records.models import Box, Building, Discrepancy, Holder, RecordPart, Shelf
from portal.records.places import own_place
from portal.records.services.keep_store import (
    AddBoxes,
    ChangeBox,
    add_boxes,
    add_building,
    add_shelf,
    change_box,
    rename_building,
    rename_shelf,
)
from portal.records.services.shelve_bags import shelve_bags, take_out_of_box
from portal.records.tests.factories import (
    Journey,
    a_movement,
    a_record,
    a_shelf,
    labelled,
    operator,
    stored_bag,
    stored_label,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services_in_savepoints")]
SHELVE = "/staff/records/store/shelve/"


@pytest.fixture
def staff(sign_in: Any) -> Client:
    client: Client = sign_in(MembershipFactory(organisation=OperatorFactory(), roles=["records_operator"]))
    return client


def _text(response: Any, status: int = 200) -> str:
    set_scope("system")
    assert response.status_code == status
    return str(response.content.decode())


def _box_of(label: Any) -> str:
    part = RecordPart.objects.select_related("box").get(id=label.bag.part_id)
    return part.box.code if part.box else ""


def test_boxes_count_up_from_the_first() -> None:
    building, shelf, _ = a_shelf(boxes=1)
    made = add_boxes(operator(), AddBoxes(building=building, shelf=shelf, first="X-099", number=3, capacity=5))
    assert [each.code for each in made] == ["X-099", "X-100", "X-101"]
    for first, number, said in (("X-100", 1, "a box X-100 already"), ("LAST", 2, "End the first code with a number")):
        with pytest.raises(InvalidInput, match=said), transaction.atomic():
            add_boxes(operator(), AddBoxes(building=building, shelf=shelf, first=first, number=number, capacity=5))
    assert Box.objects.count() == 4


def test_a_building_and_a_shelf_have_a_code_of_their_own() -> None:
    building, shelf, _ = a_shelf()
    for change in (
        lambda: add_building(operator(), building, "Again"),
        lambda: add_shelf(operator(), building, shelf),
        lambda: add_shelf(operator(), building, "A 1"),
    ):
        with pytest.raises(InvalidInput), transaction.atomic():
            change()
    with pytest.raises(NotFound), transaction.atomic():
        add_shelf(operator(), "NOWHERE", "A")


def test_a_building_and_a_shelf_get_another_code_and_keep_what_is_in_them() -> None:
    building, shelf, box = a_shelf()
    other, _, _ = a_shelf()
    add_shelf(operator(), building, "A-02")
    rename_building(operator(), building, f"{building}X", " The old hall ")
    rename_shelf(operator(), f"{building}X", shelf, "B-01")
    moved = Box.objects.select_related("shelf__building").get(code=box)
    assert moved.where == f"{building}X, shelf B-01, box {box}"
    assert moved.shelf.building.name == "The old hall"
    refused: list[tuple[type[Exception], Any]] = [
        (InvalidInput, lambda: rename_building(operator(), f"{building}X", other, "The old hall")),
        (InvalidInput, lambda: rename_building(operator(), f"{building}X", "not a code", "The old hall")),
        (InvalidInput, lambda: rename_building(operator(), f"{building}X", "NEW", " ")),
        (Conflict, lambda: rename_building(operator(), f"{building}X", f"{building}X", "The old hall")),
        (NotFound, lambda: rename_building(operator(), building, "NEW", "The old hall")),
        (InvalidInput, lambda: rename_shelf(operator(), f"{building}X", "B-01", "A-02")),
        (Conflict, lambda: rename_shelf(operator(), f"{building}X", "B-01", "B-01")),
        (NotFound, lambda: rename_shelf(operator(), f"{building}X", shelf, "C-01")),
    ]
    for error, change in refused:
        with pytest.raises(error), transaction.atomic():
            change()


def test_a_bag_on_its_way_to_the_store_arrives_by_being_put_into_a_box() -> None:
    _, _, box = a_shelf()
    movement = a_movement(destination=own_place("store"), reason="left")
    [label] = labelled(movement)
    Journey(label).scan("hub_in")
    [answer] = shelve_bags(operator(), box, [label.code.lower()])
    movement.refresh_from_db()
    assert (answer.is_put, movement.state, _box_of(label)) == (True, "in_store", box)
    [again] = shelve_bags(operator(), box, [label.code])
    assert "already" in again.said


def test_a_bag_in_another_box_moves_and_the_answer_says_from_where() -> None:
    building, _, box = a_shelf()
    label = stored_label(box)
    other = f"{box[:-1]}2"
    [answer] = shelve_bags(operator(), other, [label.code])
    assert f"It was in {building}, shelf A-01, box {box}" in answer.said
    assert _box_of(label) == other


def test_a_bag_that_belongs_elsewhere_is_set_aside_and_shown() -> None:
    _, _, box = a_shelf()
    stray, wanted = labelled(a_movement())[0], stored_bag()
    answers = shelve_bags(operator(), box, [stray.code, "RL-2222-2222", "nonsense", wanted.movement.record.reference])
    assert [answer.is_put for answer in answers] == [False] * 4
    assert "wrong place" in answers[0].said and "Do not put it away" in answers[3].said
    assert {each.kind for each in Discrepancy.objects.all()} >= {"wrong_place", "unknown_label"}
    assert not RecordPart.objects.filter(box__isnull=False).exists()


def test_a_record_without_a_label_goes_by_its_reference() -> None:
    _, _, box = a_shelf()
    record, thick = a_record(own_place("store")), a_record(own_place("store"), parts=2)
    codes = [record.reference, thick.reference, f"{thick.reference}/2"]
    answers = shelve_bags(operator(), box, codes)
    assert [answer.is_put for answer in answers] == [True, False, True]


def test_a_full_box_takes_none_of_a_stack() -> None:
    _, _, box = a_shelf(capacity=2)
    stored_label(box)
    stack = [stored_label().code, stored_label().code]
    with pytest.raises(InvalidInput, match="has room for 1 more, and these are 2"), transaction.atomic():
        shelve_bags(operator(), box, stack)
    shelve_bags(operator(), box, stack[:1])
    with pytest.raises(InvalidInput, match="is full"), transaction.atomic():
        shelve_bags(operator(), box, stack[1:])


def test_the_way_back_out_leaves_the_bag_at_the_store() -> None:
    _, _, box = a_shelf()
    label = stored_label(box)
    [answer] = take_out_of_box(operator(), [label.code])
    assert box in answer.said and _box_of(label) == ""
    with pytest.raises(Conflict, match="None of these"), transaction.atomic():
        take_out_of_box(operator(), [label.code])


def test_a_whole_box_moves_with_what_lies_in_it() -> None:
    building, _, box = a_shelf()
    label = stored_label(box)
    add_shelf(operator(), building, "B-01")
    change = ChangeBox(box=box, code=box, capacity=3, building=building, shelf="B-01")
    change_box(operator(), change)
    part = RecordPart.objects.get(id=label.bag.part_id)
    assert part.box is not None and part.box.where == f"{building}, shelf B-01, box {box}"
    with pytest.raises(Conflict, match="Nothing was changed"), transaction.atomic():
        change_box(operator(), change)


def test_a_box_is_not_made_smaller_than_what_lies_in_it() -> None:
    building, shelf, box = a_shelf()
    stored_label(box)
    stored_label(box)
    with pytest.raises(InvalidInput, match="2 bags lie in this box"), transaction.atomic():
        change_box(operator(), ChangeBox(box=box, code=box, capacity=1, building=building, shelf=shelf))
    with pytest.raises(DatabaseError, match="smaller than what lies in it"), transaction.atomic():
        Box.objects.filter(code=box).update(capacity=1)


def test_a_bag_that_leaves_the_store_leaves_its_box() -> None:
    _, _, box = a_shelf()
    bag = stored_bag(box)
    [label] = labelled(bag.movement)
    assert _box_of(label) == box
    Journey(label, bag.movement.asked_at).scan("collected", own_place("store"))
    assert _box_of(label) == ""


def test_the_database_keeps_a_box_to_the_store_that_has_the_part() -> None:
    _, _, code = a_shelf()
    box = Box.objects.get(code=code)
    elsewhere = a_record(own_place("hub")).parts.get()
    with pytest.raises(IntegrityError, match="record_part_in_a_box_of_its_holder"), transaction.atomic():
        RecordPart.objects.filter(pk=elsewhere.pk).update(box=box)
    other = Holder.objects.create(code="STORE-2", kind="store", name="Another store")
    with pytest.raises(IntegrityError, match="box_on_a_shelf_of_its_store"), transaction.atomic():
        Box.objects.create(shelf=box.shelf, store=other, code="Y-1", capacity=1)
    with pytest.raises(IntegrityError, match="shelf_in_a_building_of_its_store"), transaction.atomic():
        Shelf.objects.create(building=Building.objects.get(), store=other, code="Y")


def test_the_database_lets_no_more_bags_in_than_fit() -> None:
    _, _, code = a_shelf(capacity=1)
    stored_label(code)
    part = stored_label().bag.part
    with pytest.raises(DatabaseError, match="has no room"), transaction.atomic():
        RecordPart.objects.filter(pk=part.pk).update(box=Box.objects.get(code=code))


def test_what_was_written_past_the_database_is_found() -> None:
    _, _, code = a_shelf(capacity=1)
    mine = [each for each in all_invariants() if each.code.startswith("records.box")]
    stored_label(code)
    stored_label()
    assert len(mine) == 2 and find_broken(mine) == []
    with pgtrigger.ignore("records.RecordPart:box_has_room"):
        RecordPart.objects.update(box=Box.objects.get(code=code))
    assert len(find_broken(mine)) == 1


def test_the_pages_show_how_full_it_is_and_no_patient(staff: Client) -> None:
    building, shelf, box = a_shelf()
    label = stored_label(box)
    base = "/staff/records/store/"
    for address in (base, f"{base}buildings/{building}/", f"{base}buildings/{building}/{shelf}/"):
        assert "1 of" in _text(staff.get(address))
    page = _text(staff.get(f"{base}boxes/{box}/"))
    assert label.code in page and label.bag.movement.record.patient.family_name not in page
    assert staff.get(base, {"box": box.lower()})["Location"] == f"{base}boxes/{box}/"
    assert "No box has the code NO-1" in _text(staff.get(base, {"box": "no-1"}))
    assert staff.get(f"{base}buildings/{building}/{shelf}/labels.pdf").content.startswith(b"%PDF")


def test_a_stack_is_put_away_on_the_page(staff: Client) -> None:
    _, _, box = a_shelf(capacity=1)
    label = stored_label()
    page = _text(staff.post(SHELVE, {"box": box.lower(), "codes": f"{label.code}\nRL-2222-2222"}))
    assert "Set aside: 1 bag" in page and page.index("RL-2222-2222") < page.index(label.code)
    full = _text(staff.post(SHELVE, {"box": box, "codes": stored_label().code}), 422)
    assert "is full" in full and "Nothing was put away" in full
    assert "No box has this code" in _text(staff.post(SHELVE, {"box": "NO-1", "codes": label.code}), 422)
    assert "All done: 1 bag" in _text(staff.post("/staff/records/store/out-of-box/", {"codes": label.code}))


def test_a_building_is_set_up_on_the_pages(staff: Client) -> None:
    base = "/staff/records/store/buildings/"
    staff.post(f"{base}add/", {"code": "north", "name": "North hall"})
    staff.post(f"{base}NORTH/add/", {"code": "a-01"})
    done = staff.post(f"{base}NORTH/A-01/add/", {"first": "n-0001", "number": "12", "capacity": "40"})
    assert done["Location"] == f"{base}NORTH/A-01/?done=boxes"
    wrong = _text(staff.post(f"{base}NORTH/A-01/add/", {"first": "N-0012", "number": "x", "capacity": "40"}), 422)
    assert "Enter a whole number" in wrong
    change = {"code": "N-1", "capacity": "30", "building": "NORTH", "shelf": "A-01"}
    assert staff.post("/staff/records/store/boxes/N-0001/change/", change)["Location"].endswith("/N-1/?done=changed")


def test_the_pages_cost_the_same_however_much_there_is(staff: Client) -> None:
    building, shelf, box = a_shelf(boxes=2, capacity=9)

    def cost(at: str) -> int:
        staff.get(at)
        with CaptureQueriesContext(connection) as queries:
            staff.get(at)
        set_scope("system")
        return len(queries)

    places = [
        f"/staff/records/store/buildings/{building}/{shelf}/",
        f"/staff/records/store/boxes/{box}/",
        "/staff/records/store/",
    ]
    stored_label(box)
    before = [cost(each) for each in places]
    add_boxes(operator(), AddBoxes(building=building, shelf=shelf, first="Q-1", number=9, capacity=5))
    for _ in range(3):
        stored_label(box)
    a_shelf()
    assert [cost(each) for each in places] == before
