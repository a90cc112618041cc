"""Pick waves by carrier and round, the papers of the walk, and manifests (J25)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.foundation.errors import Conflict
from portal.supplies.documents.manifest import manifest, wave_list
from portal.supplies.models import Consignment, Order, PickWave
from portal.supplies.routes import Route, route_of
from portal.supplies.services.start_picking import start_picking
from portal.supplies.services.start_wave import StartWave, start_wave
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import contractor_actor, place_new_order
from portal.supplies.tests.stock_books import assert_books_are_right, order, shelf
from portal.supplies.tests.test_staff_catalogue_pages import staff
from portal.supplies.tests.warehouse import dispatched, staff_actor
from portal.supplies.wave_selectors import MOST_ORDERS, planned_waves

pytestmark = pytest.mark.django_db
WAVES = "/staff/supplies/waves/"
LEEDS = Route("Own driver", "Leeds round")


def _order_to(postcode: str) -> Order:
    placed = order(contractor_actor(), shelf(10).item, 2)
    Order.objects.filter(pk=placed.pk).update(delivery_postcode=postcode)
    return placed


def _leeds() -> StartWave:
    return StartWave(store="LEEDS", carrier=LEEDS.carrier, route=LEEDS.name)


@pytest.mark.parametrize(
    ("postcode", "route"),
    [("LS1 4AP", "Leeds round"), ("ls14ap", "Leeds round"), ("L1 8JQ", "Post"), ("BD1 1AA", "Bradford round"),
     ("", "Post"), ("1", "Post")],
)  # fmt: skip
def test_the_letters_of_the_postcode_decide_the_round(postcode: str, route: str) -> None:
    assert route_of(postcode).name == route


def test_one_walk_picks_the_orders_of_one_round_and_leaves_the_others() -> None:
    near, also, far = _order_to("LS1 4AP"), _order_to("LS2 9JT"), _order_to("SW1A 1AA")
    assert [(each.route.name, each.orders) for each in planned_waves(staff_actor())] == [
        ("Leeds round", 2),
        ("Post", 1),
    ]
    wave = start_wave(staff_actor(), _leeds())
    assert set(Consignment.objects.filter(wave=wave).values_list("order_id", flat=True)) == {near.id, also.id}
    far.refresh_from_db()
    assert far.state == "accepted"
    assert_books_are_right()


def test_an_order_that_somebody_began_is_left_out_and_nothing_left_is_said() -> None:
    first, second = _order_to("LS1 4AP"), _order_to("LS2 9JT")
    start_picking(staff_actor(), first.reference)
    wave = start_wave(staff_actor(), _leeds())
    assert [each.order_id for each in Consignment.objects.filter(wave=wave)] == [second.id]
    with pytest.raises(Conflict, match="Nothing of this group is left"), transaction.atomic():
        start_wave(staff_actor(), _leeds())


def test_a_walk_has_an_end() -> None:
    for _ in range(MOST_ORDERS + 2):
        _order_to("LS1 4AP")
    wave = start_wave(staff_actor(), _leeds())
    assert Consignment.objects.filter(wave=wave).count() == MOST_ORDERS
    assert planned_waves(staff_actor())[0].orders == 2


def test_the_pages_lead_from_the_group_to_the_paper(sign_in: Callable[..., Client]) -> None:
    _order_to("LS1 4AP")
    client = sign_in(staff("warehouse_operator"))
    assert "Leeds round" in client.get(WAVES).content.decode()
    answer = client.post(f"{WAVES}start/", {"store": "LEEDS", "carrier": "Own driver", "route": "Leeds round"})
    page = client.get(answer["Location"]).content.decode()
    wave = PickWave.objects.get()
    assert wave.reference in page and Consignment.objects.get().reference in page
    paper = client.get(f"{WAVES}{wave.reference}/list.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert client.get(f"{WAVES}PW-NONE-NONE/").status_code == 404


def test_a_manifest_lists_what_a_carrier_took_on_a_day(sign_in: Callable[..., Client]) -> None:
    consignment = dispatched(place_new_order())
    client = sign_in(staff("warehouse_operator"))
    today = timezone.localdate()
    assert f"{today.isoformat()}/manifest.pdf?carrier=DPD" in client.get("/staff/supplies/manifests/").content.decode()
    address = f"/staff/supplies/manifests/{today.isoformat()}/manifest.pdf"
    assert client.get(address, {"carrier": "DPD"}).content.startswith(b"%PDF")
    for wrong in (f"{address}?carrier=Nobody", "/staff/supplies/manifests/never/manifest.pdf?carrier=DPD"):
        assert client.get(wrong).status_code == 404
    assert consignment.carrier == "DPD"


def test_long_papers_go_on_over_pages() -> None:
    consignments = [dispatched(place_new_order()) for _ in range(3)]
    papers = manifest("DPD", timezone.localdate(), consignments * 20)
    assert papers.count(b"/Type /Page\n") > 1
    wave = PickWave(reference="PW-TEST-TEST", store=consignments[0].store, carrier="DPD", route="x" * 300)
    assert wave_list(wave, []).startswith(b"%PDF")


def test_the_pages_cost_the_same_however_many_orders_there_are(sign_in: Callable[..., Client]) -> None:
    client = sign_in(staff("warehouse_operator"))

    def cost(address: str) -> int:
        with counted_queries() as sent:
            client.get(address)
        return len(sent)

    _order_to("LS1 4AP")
    wave = start_wave(staff_actor(), _leeds())
    dispatched(_order_to("SW1A 1AA"))
    addresses = (WAVES, f"{WAVES}{wave.reference}/", "/staff/supplies/manifests/")
    before = [cost(each) for each in addresses]
    for _ in range(4):
        _order_to("LS1 4AP")
        dispatched(_order_to("SW1A 1AA"))
    start_wave(staff_actor(), _leeds())
    assert [cost(each) for each in addresses] == before
    assert max(before) <= 10
