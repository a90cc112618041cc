"""A parcel with numbered forms that nobody took in is counted on its way back onto the shelf (J25, R4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from portal.foundation.errors import Conflict, InvalidInput
from portal.serials import leaving
from portal.serials.models import FormIncident, SerialRange
from portal.serials.services.check_delivery import key_of
from portal.serials.services.parcel_back import parcel_came_back
from portal.serials.services.release_orders import release_unusual_order
from portal.serials.services.warehouse import BookIn, allocate, book_in
from portal.serials.tests.forms import KEEPER, numbers, staff, states
from portal.serials.tests.secure import SecureSite
from portal.supplies import checkpoints
from portal.supplies.models import Consignment, StockLevel
from portal.supplies.services.hand_over import HandOver, hand_over
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock
from portal.supplies.services.record_delivery import record_failed_delivery
from portal.supplies.services.return_consignment import return_consignment
from portal.supplies.tests.stock_books import KEEPER as STOCK_KEEPER
from portal.supplies.tests.test_staff_catalogue_pages import staff as staff_member
from portal.supplies.tests.warehouse import packed, staff_actor

pytestmark = pytest.mark.django_db


def failed() -> tuple[Consignment, SecureSite]:
    """A parcel of four packs of ten forms, in two ranges, that nobody took in."""
    site = SecureSite()
    store = site.level.store
    StockLevel.objects.filter(pk=site.level.pk).update(on_hand=0)
    receive_stock(STOCK_KEEPER, ReceiveStock(store=store.code, item=site.item.code, quantity=100, note="DN"))
    book_in(staff(*KEEPER), BookIn(numbers=numbers(site.item, 0, 1000), store=store.code))
    order = site.order(4)
    release_unusual_order(staff("approver"), order.reference, "Called.")
    box = packed(order)
    allocate(staff(*KEEPER), box.reference, numbers(site.item, 0, 30))
    allocate(staff(*KEEPER), box.reference, numbers(site.item, 500, 10))
    hand_over(staff_actor(), HandOver(consignment=box.reference, carrier="DPD", carrier_reference="15502 4471"))
    record_failed_delivery(staff_actor(), box.reference, "Nobody there")
    box.refresh_from_db()
    return box, site


def _keys(box: Consignment) -> list[str]:
    return [key_of(row) for row in SerialRange.objects.filter(consignment=box).order_by("serials")]


def test_what_is_in_it_is_on_the_shelf_again_with_its_packs_and_the_rest_is_reported() -> None:
    box, site = failed()
    first, second = _keys(box)
    keeper = staff(*KEEPER)
    with pytest.raises(InvalidInput), transaction.atomic():
        parcel_came_back(keeper, box.reference, {first: "here"}, "")
    with pytest.raises(InvalidInput, match="Say what is wrong"), transaction.atomic():
        parcel_came_back(keeper, box.reference, {first: "here", second: "not_delivered"}, " ")
    done = parcel_came_back(keeper, box.reference, {first: "here", second: "not_delivered"}, "One pack is not in it.")
    assert states(site.item)[0] == (0, 30, "in_store") and (500, 10, "missing") in states(site.item)
    incident = FormIncident.objects.get()
    assert [incident.case_reference] == done.cases and incident.organisation == site.organisation
    box.refresh_from_db()
    assert box.state == "cancelled"
    level = StockLevel.objects.get(pk=site.level.pk)
    assert (level.on_hand, level.reserved) == (100, 4)
    with pytest.raises(Conflict, match="has not come back"), transaction.atomic():
        parcel_came_back(keeper, box.reference, {first: "here"}, "")


def test_the_packs_do_not_come_back_before_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    box, _ = failed()
    with pytest.raises(Conflict, match="There are numbered forms in it"), transaction.atomic():
        return_consignment(staff_actor(), box.reference)
    monkeypatch.setattr(checkpoints, "COMING_BACK", [])  # control off: the packs are here, and the numbers nowhere
    return_consignment(staff_actor(), box.reference)
    assert leaving.its_numbers_are_accounted_for(box)


def test_a_parcel_that_is_on_its_way_does_not_come_back() -> None:
    box, _ = failed()
    Consignment.objects.filter(pk=box.pk).update(state="dispatched")
    with pytest.raises(Conflict, match="on its way"), transaction.atomic():
        parcel_came_back(staff(*KEEPER), box.reference, dict.fromkeys(_keys(box), "here"), "")


def test_the_pages_lead_from_the_consignment_to_the_order(sign_in: Callable[..., Client]) -> None:
    box, site = failed()
    client = sign_in(staff_member("warehouse_operator"))
    base = f"/staff/forms/consignments/{box.reference}/"
    came_back = client.get(f"/staff/supplies/consignments/{box.reference}/came-back/").content.decode()
    assert f"{base}came-back/" in came_back and "Book it back in" not in came_back
    assert f"{base}came-back/" in client.get(base).content.decode()
    refused = client.post(f"{base}came-back/", {_keys(box)[0]: "here"}).content.decode()
    assert "Say whether this range is here." in refused
    done = client.post(f"{base}came-back/", dict.fromkeys(_keys(box), "here"), follow=True).content.decode()
    assert "It is back on its shelf. Pick the order again." in done
    assert {state for _, _, state in states(site.item)} == {"in_store"}
