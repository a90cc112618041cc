"""J24, J25: batches, a second person for counts, what runs out when, waves, manifests and proofs of delivery."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OperatorFactory
from portal.supplies.forecasting.demand import WEEK, week_of
from portal.supplies.models import Consignment, StockBatch, StockCount, StockLevel, WeeklyDemand
from portal.supplies.proofs.importing import import_proofs
from portal.supplies.tests.factories import CatalogueItemFactory, StoreFactory, contractor_actor
from portal.supplies.tests.stock_books import assert_books_are_right, order, shelf
from portal.supplies.tests.warehouse import dispatched, staff_actor
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _staff(role: str) -> Membership:
    return MembershipFactory(organisation=OperatorFactory(), roles=[role])


def _needles() -> StockLevel:
    item = CatalogueItemFactory(code="NDL-23G", name="Needle 23G", item_class="clinical", picture="needle", unit="box")
    return shelf(0, store=StoreFactory(code="MAIN", name="Main store"), item=item)


@everywhere
def test_batches_come_in_and_the_one_that_expires_first_is_picked(visit: Visit, javascript: bool, width: int) -> None:
    level = _needles()
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    for batch, days in (("LOT-LATE", 500), ("LOT-EARLY", 40)):
        keeper.go("staff_supplies:goods_in", store="MAIN", item="NDL-23G")
        keeper.page.get_by_label("How many packs came in").fill("6")
        keeper.page.get_by_label("Supplier's delivery note").fill("DN-7")
        keeper.page.get_by_label("Our purchase reference").fill("PO-31")
        keeper.page.get_by_label("Batch number").fill(batch)
        keeper.fill_date(timezone.localdate() + timedelta(days=days))
        keeper.looks_right("goods-in-batch")
        keeper.press("Book in")
        keeper.sees("The goods are booked in.")
    keeper.looks_right("stock-level-batches")

    placed = order(contractor_actor(), level.item, 2)
    picker = visit(_staff("warehouse_operator"), javascript=javascript, width=width)
    picker.go("staff_supplies:start_picking", reference=placed.reference)
    picker.page.get_by_role("main").get_by_role("button").first.click()
    picker.sees("2 of batch LOT-EARLY")
    picker.looks_right("pick-batch")

    keeper.go("staff_supplies:batches")
    keeper.looks_right("batches")
    keeper.follow("LOT-EARLY of Needle 23G in Main store")
    keeper.sees(Consignment.objects.get().reference)
    keeper.looks_right("batch")
    assert StockBatch.objects.get(code="LOT-EARLY").held == 2
    assert_books_are_right()


@everywhere
def test_a_count_that_differs_is_decided_by_somebody_else(visit: Visit, javascript: bool, width: int) -> None:
    level = shelf(10, store=StoreFactory(code="MAIN", name="Main store"))
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_supplies:count_stock", store="MAIN", item=level.item.code)
    keeper.page.get_by_label("How many packs did you count").fill("8")
    keeper.press("Show the difference")
    keeper.press("Confirm the count")
    keeper.sees("The books change when a second person agrees.")
    keeper.follow("Decide the count")
    keeper.sees("You counted, so somebody else has to decide.")

    second = visit(_staff("approver"), javascript=javascript, width=width)
    second.go("staff_supplies:counts")
    second.looks_right("counts")
    second.follow(StockCount.objects.get().reference)
    second.looks_right("count-to-decide")
    second.page.get_by_role("button", name="Agree with the count").click()
    second.looks_right("count-agree")
    second.press("Change the books")
    second.sees("The books now say what was counted.")
    level.refresh_from_db()
    assert level.on_hand == 8
    assert_books_are_right()


@everywhere
def test_the_curve_says_when_an_item_runs_out(visit: Visit, javascript: bool, width: int) -> None:
    level = shelf(60, store=StoreFactory(code="MAIN", name="Main store"))
    last = week_of(timezone.localdate()) - WEEK
    for back in range(30):
        WeeklyDemand.objects.create(item=level.item, week=last - back * WEEK, packs=9 + back % 3)
    keeper = visit(_staff("stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_supplies:forecasts")
    keeper.sees("What must be ordered first stands first.")
    keeper.looks_right("forecasts")
    keeper.page.get_by_label("Show", exact=True).select_option("To buy in the next four weeks")
    keeper.press("Apply filter")
    keeper.sees("Download this list to buy from it")
    keeper.follow(level.item.name)
    keeper.sees("They are expected to run out on")
    keeper.looks_right("forecast")
    keeper.page.get_by_text("The same as a table").click()
    keeper.sees("Free packs at the end of each week")
    keeper.looks_right("forecast-table")


@everywhere
def test_a_wave_is_picked_handed_over_and_proved(visit: Visit, javascript: bool, width: int) -> None:
    level = shelf(20, store=StoreFactory(code="MAIN", name="Main store"))
    order(contractor_actor(), level.item, 2)
    picker = visit(_staff("warehouse_operator"), javascript=javascript, width=width)
    picker.go("staff_supplies:waves")
    picker.looks_right("waves")
    picker.press("Pick 1 order")
    picker.sees("The wave has begun.")
    picker.looks_right("wave")

    sent = dispatched(order(contractor_actor(), level.item, 1))
    picker.go("staff_supplies:manifests")
    picker.sees("DPD")
    picker.looks_right("manifests")
    line = (
        f"{sent.carrier_reference},delivered,{timezone.now().isoformat()},Jo Field,\nTV9,delivered,2026-11-01T10:00,Al,"
    )
    content = f"reference,state,at,received_by,note\n{line}\n".encode()
    import_proofs(staff_actor(), "monday.csv", lambda: io.BytesIO(content))
    picker.go("staff_supplies:proofs")
    picker.looks_right("proofs")
    picker.follow("PI-")
    picker.sees("TV9: no parcel of ours has it.")
    picker.looks_right("proof-import")
    sent.refresh_from_db()
    assert sent.state == "delivered"
    assert_books_are_right()
