"""J25: what lies in which box, from the packing table to the site's door."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from portal.casework.api import Case
from portal.foundation.errors import Conflict, InvalidInput
from portal.supplies.models import Box, BoxLine, Consignment, OrderLine, StockLevel
from portal.supplies.proofs.importing import import_proofs
from portal.supplies.services.confirm_receipt import ConfirmReceipt, confirm_receipt
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.keep_boxes import (
    CloseBox,
    PutIntoBox,
    add_box,
    close_box,
    open_box,
    put_into_box,
    put_rest_into_box,
    remove_box,
)
from portal.supplies.services.load_box import LoadBox, load_box
from portal.supplies.services.pack_consignment import PackConsignment, pack_consignment, reopen_consignment
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.record_box_delivery import record_box_delivery
from portal.supplies.services.record_delivery import RecordDelivery, record_delivery
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    contractor_actor,
    place,
    place_new_order,
)
from portal.supplies.tests.stock_books import KEEPER, assert_books_are_right, shelf
from portal.supplies.tests.warehouse import dispatched, load_all, packed, picked, staff_actor

pytestmark = pytest.mark.django_db


def _now() -> None:
    """Looks at what is looked at when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _book_in(level: StockLevel, packs: int, code: str, days: int) -> None:
    last = timezone.localdate() + timedelta(days=days)
    receive_stock(
        KEEPER,
        ReceiveStock(
            store=level.store.code, item=level.item.code, quantity=packs, note="DN1", batch=code, expires_on=last
        ),
    )


def _put(consignment: Consignment, box: int, packs: int, **more: str) -> None:
    code = consignment.lines.get().line.item_code
    command = PutIntoBox(consignment=consignment.reference, box=box, item_code=code, quantity=packs, **more)
    put_into_box(staff_actor(), command)


def test_a_small_order_lies_in_one_box_without_a_word() -> None:
    consignment = packed(place_new_order(quantity=3))
    box = consignment.boxes.get()
    assert (consignment.packages, box.code, box.closed_by_name) == (1, f"{consignment.reference}-1", "Wanda Nowak")
    assert box.lines.get().quantity == 3
    hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD"))
    box.refresh_from_db()
    assert box.loaded_at is not None
    _now()


def test_packs_are_scanned_into_boxes_and_the_rest_goes_into_one() -> None:
    consignment = picked(place_new_order(quantity=5))
    for _ in range(2):
        add_box(staff_actor(), consignment.reference)
    _put(consignment, 1, 2)
    _put(consignment, 1, -1)
    put_rest_into_box(staff_actor(), consignment.reference, 2)
    consignment = pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference))
    assert [box.lines.get().quantity for box in consignment.boxes.order_by("number")] == [1, 4]
    assert consignment.packages == 2
    _now()


def test_more_than_was_picked_goes_into_no_box() -> None:
    consignment = picked(place_new_order(quantity=2))
    add_box(staff_actor(), consignment.reference)
    with pytest.raises(InvalidInput, match="Too many: 2 of"), transaction.atomic():
        _put(consignment, 1, 3)
    with pytest.raises(InvalidInput, match="was NOT picked"), transaction.atomic():
        command = PutIntoBox(consignment=consignment.reference, box=1, item_code="OTHER")
        put_into_box(staff_actor(), command)
    with pytest.raises(InvalidInput, match="does not hold that many"), transaction.atomic():
        _put(consignment, 1, -1)


def test_it_is_not_packed_while_something_lies_beside_the_boxes_or_a_box_is_empty() -> None:
    consignment = picked(place_new_order(quantity=2))
    for _ in range(2):
        add_box(staff_actor(), consignment.reference)
    _put(consignment, 1, 1)
    pack = PackConsignment(consignment=consignment.reference)
    with pytest.raises(InvalidInput, match=r"1 of .* lie in no box"), transaction.atomic():
        pack_consignment(staff_actor(), pack)
    _put(consignment, 1, 1)
    with pytest.raises(InvalidInput, match="Box 2 is empty"), transaction.atomic():
        pack_consignment(staff_actor(), pack)
    remove_box(staff_actor(), consignment.reference)
    assert pack_consignment(staff_actor(), pack).packages == 1


def test_a_closed_box_stays_as_it_is_until_it_is_opened() -> None:
    consignment = picked(place_new_order(quantity=2))
    add_box(staff_actor(), consignment.reference)
    close = CloseBox(consignment=consignment.reference, box=1, weight=2400, carrier_piece="TV 1 GB")
    with pytest.raises(InvalidInput, match="is empty"), transaction.atomic():
        close_box(staff_actor(), close)
    _put(consignment, 1, 1)
    assert close_box(staff_actor(), close).weight_words == "2.4 kg"
    with pytest.raises(Conflict, match="has closed box 1"), transaction.atomic():
        close_box(staff_actor(), close)
    with pytest.raises(Conflict, match="has closed box 1"), transaction.atomic():
        _put(consignment, 1, 1)
    open_box(staff_actor(), consignment.reference, 1)
    _put(consignment, 1, 1)


def test_a_pack_in_a_box_is_not_put_back_on_the_shelf() -> None:
    consignment = picked(place_new_order(quantity=2))
    add_box(staff_actor(), consignment.reference)
    _put(consignment, 1, 2)
    code = consignment.lines.get().line.item_code
    with pytest.raises(InvalidInput, match="Take them out of it first"), transaction.atomic():
        pick_item(staff_actor(), PickItem(consignment=consignment.reference, item_code=code, quantity=-1))


def test_of_several_batches_the_box_knows_which() -> None:
    level = shelf(0, item=CatalogueItemFactory(item_class="clinical"))
    for name, days in (("EARLY", 40), ("LATE", 400)):
        _book_in(level, 2, name, days)
    consignment = picked(place(contractor_actor(), (level.item, 4)))
    for _ in range(2):
        add_box(staff_actor(), consignment.reference)
    with pytest.raises(InvalidInput, match="Enter the batch"), transaction.atomic():
        _put(consignment, 1, 1)
    with pytest.raises(InvalidInput, match="Only 2 of this batch"), transaction.atomic():
        _put(consignment, 1, 3, batch="late")
    _put(consignment, 1, 2, batch="late")
    put_rest_into_box(staff_actor(), consignment.reference, 2)
    pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference))
    found = {(each.box.number, each.batch.code if each.batch else "") for each in BoxLine.objects.all()}
    assert found == {(1, "LATE"), (2, "EARLY")}
    _now()
    assert_books_are_right()


def test_of_a_short_pick_the_batch_in_the_box_stays() -> None:
    """What is let go is what lies in no box, although the other batch expires later."""
    level = shelf(0, item=CatalogueItemFactory(item_class="clinical"))
    for name, days in (("EARLY", 40), ("LATE", 400)):
        _book_in(level, 2, name, days)
    order = place(contractor_actor(), (level.item, 4))
    consignment = picked(order, **{level.item.code.replace("-", "_"): 1})
    add_box(staff_actor(), consignment.reference)
    _put(consignment, 1, 2, batch="LATE")
    pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference, short_is_right=True))
    packs = dict(BoxLine.objects.values_list("batch__code", "quantity"))
    assert packs == {"LATE": 2, "EARLY": 1}
    _now()
    assert_books_are_right()


def test_opened_again_one_box_is_filled_anew_and_several_stay() -> None:
    one = packed(place_new_order(quantity=2))
    reopen_consignment(staff_actor(), one.reference)
    assert not one.boxes.exists()
    several = packed(place_new_order(quantity=2), packages=2)
    reopen_consignment(staff_actor(), several.reference)
    assert [box.closed_at for box in several.boxes.all()] == [None, None]
    _now()


def test_it_leaves_only_when_every_box_was_scanned() -> None:
    consignment = packed(place_new_order(quantity=3), packages=3)
    away = HandOver(consignment=consignment.reference, carrier="DPD")
    load_box(staff_actor(), LoadBox(consignment=consignment.reference, code=f"{consignment.reference}-2"))
    with pytest.raises(Conflict, match="Still to scan: 1, 3 of 3"), transaction.atomic():
        hand_over(staff_actor(), away)
    with pytest.raises(InvalidInput, match="already"), transaction.atomic():
        load_box(staff_actor(), LoadBox(consignment=consignment.reference, code=f"{consignment.reference}-2"))
    other = packed(place_new_order(quantity=1))
    with pytest.raises(InvalidInput, match="NOT a box of this consignment"), transaction.atomic():
        load_box(staff_actor(), LoadBox(consignment=consignment.reference, code=f"{other.reference}-1"))
    for number in (1, 3):
        code = f"{consignment.reference}-{number}".lower()
        load_box(staff_actor(), LoadBox(consignment=consignment.reference, code=code, carrier_piece=f"TV{number}"))
    assert hand_over(staff_actor(), away).state == "dispatched"


def test_the_consignment_is_delivered_with_its_last_box() -> None:
    consignment = dispatched(place(contractor_actor(), (shelf(9).item, 2)), packages=2)
    came = RecordDelivery(consignment=consignment.reference, received_by="Jo Field", delivered_at=timezone.now())
    assert record_box_delivery(staff_actor(), came, 2).state == "dispatched"
    with pytest.raises(Conflict, match="taken in by Jo Field already"), transaction.atomic():
        record_box_delivery(staff_actor(), came, 2)
    assert record_box_delivery(staff_actor(), came, 1).state == "delivered"
    assert OrderLine.objects.get().delivered == 2
    assert_books_are_right()


def test_a_delivery_of_everything_delivers_every_box() -> None:
    consignment = dispatched(place_new_order(quantity=2), packages=2)
    came = RecordDelivery(consignment=consignment.reference, received_by="Jo Field", delivered_at=timezone.now())
    record_delivery(staff_actor(), came)
    assert {box.received_by for box in consignment.boxes.all()} == {"Jo Field"}


def test_a_carriers_file_says_of_each_piece_what_became_of_it() -> None:
    consignment = dispatched(place_new_order(quantity=3), packages=3)
    for box in consignment.boxes.all():
        Box.objects.filter(id=box.id).update(carrier_piece=f"TV00{box.number} GB")
    at = timezone.localtime().isoformat()

    def brought(*rows: str) -> None:
        content = "\n".join(["reference,state,at,received_by,note", *rows]).encode()
        assert import_proofs(staff_actor(), "pieces.csv", lambda: io.BytesIO(content)).unplaced == 0

    brought(f"tv001gb,delivered,{at},J Field,", f"TV002GB,attempted delivery,{at},,Closed")
    consignment.refresh_from_db()
    assert consignment.state == "failed"
    assert [bool(box.delivered_at) for box in consignment.boxes.all()] == [True, False, False]
    brought(f"TV002GB,delivered,{at},J Field,", f"{consignment.reference}-3,delivered,{at},A Reader,")
    consignment.refresh_from_db()
    assert (consignment.state, consignment.received_by) == ("delivered", "A Reader")


def test_a_box_that_did_not_come_is_a_problem_with_its_lines() -> None:
    site = contractor_actor()
    order = place(site, (shelf(9).item, 2), (shelf(9).item, 3))
    consignment = dispatched(order, packages=2)
    Box.objects.filter(consignment=consignment, number=2).update(carrier_piece="TV2")
    codes = [line.item_code for line in order.lines.order_by("position")]
    command = ConfirmReceipt(consignment=consignment.reference, boxes={1: {codes[0]: 1}}, missing=frozenset({2}))
    assert confirm_receipt(site, command).state == "discrepancy"
    case = Case.objects.get()
    assert case.kind == "not_arrived"
    assert case.subject == f"Consignment {consignment.reference}: box 2 of 2 did not come"
    assert case.payload["missing"] == {codes[0]: 1, codes[1]: 3}
    assert (case.payload["boxes"], case.payload["pieces"]) == ([2], ["TV2"])
    assert [box.answer for box in consignment.boxes.all()] == ["came", "missing"]
    assert_books_are_right()

    again = ConfirmReceipt(consignment=consignment.reference, boxes={1: {codes[0]: 1}, 2: {codes[0]: 1, codes[1]: 3}})
    assert confirm_receipt(site, again).state == "received"
    assert [box.answer for box in consignment.boxes.all()] == ["came", "came"]
    assert_books_are_right()


def test_something_missing_in_a_box_is_another_problem() -> None:
    site = contractor_actor()
    order = place_new_order(site, quantity=4)
    consignment = dispatched(order, packages=2)
    code = order.lines.get().item_code
    command = ConfirmReceipt(consignment=consignment.reference, boxes={1: {code: 1}, 2: {code: 1}})
    confirm_receipt(site, command)
    assert Case.objects.get().kind == "short"
    assert [box.answer for box in consignment.boxes.all()] == ["came", "short"]


def test_every_box_needs_an_answer_and_none_gives_more_than_it_holds() -> None:
    site = contractor_actor()
    order = place_new_order(site, quantity=4)
    consignment = dispatched(order, packages=2)
    code = order.lines.get().item_code
    with pytest.raises(InvalidInput, match="Say of each box"), transaction.atomic():
        confirm_receipt(site, ConfirmReceipt(consignment=consignment.reference, boxes={1: {code: 1}}))
    with pytest.raises(InvalidInput, match="from 0 to 1"), transaction.atomic():
        confirm_receipt(site, ConfirmReceipt(consignment=consignment.reference, boxes={1: {code: 2}, 2: {code: 2}}))


# What no program may do, whatever it is --------------------------------------------------------------


def test_the_database_refuses_a_box_that_holds_fewer_than_was_packed() -> None:
    consignment = packed(place_new_order(quantity=3))
    _now()
    with pytest.raises(IntegrityError, match="do not hold what was packed"), transaction.atomic():
        BoxLine.objects.update(quantity=2)
        _now()
    with pytest.raises(IntegrityError, match="do not hold what was packed"), transaction.atomic():
        consignment.lines.update(picked=2)
        _now()
    with pytest.raises(IntegrityError, match="has not the boxes"), transaction.atomic():
        Box.objects.create(consignment=consignment, number=2, code="X-2")
        _now()


def test_the_database_refuses_what_lies_in_another_consignments_box() -> None:
    one, other = packed(place_new_order(quantity=3)), packed(place_new_order(quantity=3))
    _now()
    with pytest.raises(IntegrityError), transaction.atomic():
        BoxLine.objects.filter(box__consignment=one).update(part=other.lines.get())
        _now()


def test_without_the_trigger_a_box_may_hold_what_it_likes() -> None:
    """The control off: this is what the trigger is for."""
    packed(place_new_order(quantity=3))
    _now()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE supplies_boxline DISABLE TRIGGER USER")
    BoxLine.objects.update(quantity=2)
    _now()
    assert BoxLine.objects.get().quantity == 2
    BoxLine.objects.update(quantity=3)


def test_boxes_of_before_have_no_contents_and_are_confirmed_line_by_line() -> None:
    consignment = packed(place_new_order(quantity=2), packages=2)
    BoxLine.objects.all().delete()
    Consignment.objects.update(by_box=False)
    _now()
    load_all(consignment)
    assert hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD")).packages == 2
