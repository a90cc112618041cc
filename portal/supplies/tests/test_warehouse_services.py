"""An order's way through the warehouse: picked, packed, handed over, delivered; and everything short of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import Consignment, Order, OrderLine, Reservation, StockLevel, StockMovement
from portal.supplies.services.cancel_consignment import cancel_consignment
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.hold_order import hold_order, release_order
from portal.supplies.services.pack_consignment import PackConsignment, pack_consignment, reopen_consignment
from portal.supplies.services.pick_item import PickItem, pick_item
from portal.supplies.services.record_delivery import (
    RecordDelivery,
    record_delivery,
    record_failed_delivery,
    try_delivery_again,
)
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    StockLevelFactory,
    StoreFactory,
    contractor_actor,
    place,
    place_new_order,
)
from portal.supplies.tests.warehouse import delivered, dispatched, packed, picked, staff_actor

pytestmark = pytest.mark.django_db


def _states(order: Order) -> tuple[str, list[str]]:
    order.refresh_from_db()
    return order.state, list(order.lines.order_by("position").values_list("state", flat=True))


def _level(order: Order) -> StockLevel:
    return StockLevel.objects.get(item=order.lines.get().item)


def test_picking_makes_one_consignment_of_what_is_put_aside() -> None:
    order = place_new_order(quantity=3)
    consignment = start_picking(staff_actor(), order.reference)
    assert [(line.quantity, line.picked) for line in consignment.lines.all()] == [(3, 0)]
    assert _states(order) == ("picking", ["picking"])


def test_a_second_person_cannot_pick_the_same_order() -> None:
    order = place_new_order()
    start_picking(staff_actor(), order.reference)
    with pytest.raises(Conflict, match="Somebody is already picking"), transaction.atomic():
        start_picking(staff_actor(user_id=900_002), order.reference)


def test_an_order_that_waits_for_stock_cannot_be_picked() -> None:
    order = place_new_order(quantity=2, on_hand=0)
    with pytest.raises(Conflict, match="waits for stock"), transaction.atomic():
        start_picking(staff_actor(), order.reference)


def test_an_unknown_order_is_not_found_and_a_contractor_may_not_pick() -> None:
    with pytest.raises(NotFound), transaction.atomic():
        start_picking(staff_actor(), "SO-XXXX-XXXX")
    with pytest.raises(Refused), transaction.atomic():
        start_picking(contractor_actor(), place_new_order().reference)


def test_once_picking_has_begun_the_site_cannot_cancel() -> None:
    actor = contractor_actor()
    order = place_new_order(actor)
    start_picking(staff_actor(), order.reference)
    with pytest.raises(Conflict, match="can no longer be cancelled"), transaction.atomic():
        cancel_order(actor, order.reference, "no longer needed")


@pytest.mark.parametrize(
    ("code", "quantity", "sentence"),
    [("NOT-THERE", 1, "NOT on this pick list"), (None, 3, "Too many: 2"), (None, -1, "Only 0")],
    ids=["a wrong item", "too many", "fewer than none"],
)
def test_a_wrong_scan_is_refused_loudly_and_counts_nothing(code: str | None, quantity: int, sentence: str) -> None:
    order = place_new_order(quantity=2)
    consignment = start_picking(staff_actor(), order.reference)
    item = code or order.lines.get().item_code
    with pytest.raises(InvalidInput, match=sentence), transaction.atomic():
        pick_item(staff_actor(), PickItem(consignment=consignment.reference, item_code=item, quantity=quantity))
    assert consignment.lines.get().picked == 0


def test_a_packed_consignment_takes_no_more_scans() -> None:
    order = place_new_order(quantity=2)
    consignment = packed(order)
    with pytest.raises(Conflict, match="packed"), transaction.atomic():
        pick_item(
            staff_actor(),
            PickItem(consignment=consignment.reference, item_code=order.lines.get().item_code, quantity=1),
        )


def test_nothing_picked_cannot_be_packed() -> None:
    consignment = start_picking(staff_actor(), place_new_order().reference)
    with pytest.raises(InvalidInput, match="Nothing has been picked"), transaction.atomic():
        pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference))


def test_a_short_parcel_needs_somebody_who_says_that_it_is_right() -> None:
    order = place_new_order(quantity=3)
    code = order.lines.get().item_code.replace("-", "_")
    consignment = picked(order, **{code: 1})
    with pytest.raises(InvalidInput, match="Something is missing"), transaction.atomic():
        pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference))


def test_what_stays_behind_is_still_put_aside_and_can_be_sent_later() -> None:
    order = place_new_order(quantity=3, on_hand=10)
    code = order.lines.get().item_code
    consignment = picked(order, **{code.replace("-", "_"): 1})
    pack_consignment(staff_actor(), PackConsignment(consignment=consignment.reference, short_is_right=True))
    hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD"))
    assert _states(order) == ("accepted", ["accepted"])
    level = _level(order)
    assert (level.on_hand, level.reserved) == (8, 1)
    assert dispatched(order).lines.get().picked == 1
    assert _states(order) == ("dispatched", ["dispatched"])


def test_what_is_not_on_the_shelf_is_written_off_and_the_line_waits() -> None:
    order = place_new_order(quantity=3, on_hand=3)
    code = order.lines.get().item_code
    consignment = picked(order, **{code.replace("-", "_"): 1})
    command = PackConsignment(consignment=consignment.reference, short_is_right=True, not_on_shelf=frozenset({code}))
    pack_consignment(staff_actor(), command)
    hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD"))
    level = _level(order)
    assert (level.on_hand, level.reserved) == (0, 0)
    assert _states(order) == ("back_ordered", ["back_ordered"])
    kinds = list(StockMovement.objects.filter(level=level).order_by("id").values_list("kind", "quantity"))
    assert kinds == [("adjustment", -1), ("dispatch", -2)]


def test_an_item_of_which_nothing_is_on_the_shelf_leaves_the_consignment() -> None:
    actor = contractor_actor()
    there, gone = StockLevelFactory(on_hand=5), StockLevelFactory(on_hand=5)
    order = place(actor, (there.item, 1), (gone.item, 2))
    consignment = picked(order, **{gone.item.code.replace("-", "_"): 2})
    command = PackConsignment(
        consignment=consignment.reference, short_is_right=True, not_on_shelf=frozenset({gone.item.code})
    )
    pack_consignment(staff_actor(), command)
    assert [line.line.item_code for line in consignment.lines.all()] == [there.item.code]
    hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD"))
    assert sorted(_states(order)[1]) == ["back_ordered", "dispatched"]


def test_handing_over_takes_the_packs_off_the_shelf_and_tells_the_orderer() -> None:
    order = place_new_order(quantity=4, on_hand=10)
    consignment = dispatched(order)
    level = _level(order)
    assert (level.on_hand, level.reserved, Reservation.objects.count()) == (6, 0, 0)
    assert order.lines.get().dispatched == 4
    assert _states(order) == ("dispatched", ["dispatched"])
    message = OutboxMessage.objects.get(kind="supplies.consignment_dispatched")
    assert consignment.reference in message.body and "DPD" in message.body


def test_a_consignment_is_handed_over_once() -> None:
    consignment = dispatched(place_new_order())
    with pytest.raises(Conflict), transaction.atomic():
        hand_over(staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD"))


@pytest.mark.parametrize("reference", ["\u202eabc", "x" * 41, "<script>", "a\nb", "=1+1"])
def test_a_carriers_reference_is_letters_and_numbers(reference: str) -> None:
    consignment = packed(place_new_order())
    with pytest.raises(InvalidInput, match="as it is printed"), transaction.atomic():
        hand_over(
            staff_actor(), HandOver(consignment=consignment.reference, carrier="DPD", carrier_reference=reference)
        )


def test_two_stores_make_two_consignments() -> None:
    actor, item = contractor_actor(), CatalogueItemFactory()
    StockLevelFactory(item=item, on_hand=2, store=StoreFactory(code="NEAR", priority=1))
    StockLevelFactory(item=item, on_hand=5, store=StoreFactory(code="FAR", priority=2))
    order = place(actor, (item, 4))
    first = dispatched(order)
    assert (first.store.code, _states(order)) == ("NEAR", ("accepted", ["accepted"]))
    second = dispatched(order)
    assert (second.store.code, _states(order)) == ("FAR", ("dispatched", ["dispatched"]))


def test_opening_a_packed_consignment_again_lets_it_be_picked_again() -> None:
    order = place_new_order(quantity=2)
    consignment = reopen_consignment(staff_actor(), packed(order).reference)
    code = order.lines.get().item_code
    line = pick_item(staff_actor(), PickItem(consignment=consignment.reference, item_code=code, quantity=-1))
    assert line.picked == 1


def test_a_cancelled_consignment_leaves_the_order_as_it_was() -> None:
    order = place_new_order(quantity=2, on_hand=5)
    cancel_consignment(staff_actor(), packed(order).reference)
    level = _level(order)
    assert (level.on_hand, level.reserved) == (5, 2)
    assert _states(order) == ("accepted", ["accepted"])


def test_a_delivery_has_a_name_and_a_time_and_tells_the_orderer() -> None:
    order = place_new_order(quantity=2)
    consignment = delivered(order)
    assert (consignment.received_by, order.lines.get().delivered) == ("Jo Field", 2)
    assert _states(order) == ("delivered", ["delivered"])
    assert "Jo Field" in OutboxMessage.objects.get(kind="supplies.consignment_delivered").body


@pytest.mark.parametrize(
    ("name", "minutes", "sentence"),
    [("", 0, "name of the person"), ("Jo", 60, "in the future"), ("Jo", -60, "before it left")],
)
def test_a_delivery_that_cannot_be_is_refused(name: str, minutes: int, sentence: str) -> None:
    consignment = dispatched(place_new_order())
    at = timezone.now() + timedelta(minutes=minutes)
    with pytest.raises(InvalidInput, match=sentence), transaction.atomic():
        record_delivery(
            staff_actor(), RecordDelivery(consignment=consignment.reference, received_by=name, delivered_at=at)
        )


def test_a_failed_delivery_is_told_and_tried_again() -> None:
    consignment = dispatched(place_new_order())
    record_failed_delivery(staff_actor(), consignment.reference, "Nobody was there")
    assert "Nobody was there" in OutboxMessage.objects.get(kind="supplies.delivery_failed").body
    assert try_delivery_again(staff_actor(), consignment.reference).state == "dispatched"


def test_a_support_agent_may_record_a_delivery_but_not_pick() -> None:
    order = place_new_order()
    with pytest.raises(Refused), transaction.atomic():
        start_picking(staff_actor("support_agent"), order.reference)
    consignment = dispatched(order)
    command = RecordDelivery(consignment=consignment.reference, received_by="Jo", delivered_at=timezone.now())
    assert record_delivery(staff_actor("support_agent"), command).state == "delivered"


def test_an_order_on_hold_cannot_be_picked_until_it_is_released() -> None:
    order = place_new_order()
    hold_order(staff_actor(), order.reference, "The address is being checked")
    with pytest.raises(Conflict), transaction.atomic():
        start_picking(staff_actor(), order.reference)
    release_order(staff_actor(), order.reference)
    assert start_picking(staff_actor(), order.reference).state == "picking"
    assert "being checked" in OutboxMessage.objects.get(kind="supplies.order_held").body


def test_cancelling_what_still_waits_leaves_what_was_sent() -> None:
    actor = contractor_actor()
    order = place_new_order(actor, quantity=5, on_hand=2)
    dispatched(order)
    assert _states(order) == ("back_ordered", ["back_ordered"])
    cancel_order(actor, order.reference, "found elsewhere")
    line = OrderLine.objects.get(order=order)
    assert (line.cancelled, line.state) == (3, "dispatched")


def test_every_step_of_a_life_is_on_the_orders_timeline() -> None:
    order = place_new_order()
    delivered(order)
    types = [event.type.removeprefix("supplies.") for event in AuditEvent.objects.about("order", order.reference)]  # type: ignore[attr-defined]
    assert types == [
        "order_placed", "picking_started", "item_picked", "consignment_packed", "consignment_dispatched",
        "consignment_delivered",
    ]  # fmt: skip
    assert Consignment.objects.get().state == "delivered"
