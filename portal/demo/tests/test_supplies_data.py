"""The sample supplies: complete, true to every invariant, and loaded once however often it is asked for."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.utils import timezone

from portal.casework.models import Case
from portal.demo import load, supplies_data
from portal.demo.earlier import happening_at, working_days_ago
from portal.foundation.audit.models import AuditEvent
from portal.foundation.invariants import find_broken
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies.models import CatalogueItem, Order, ProofImport, StockLevel
from portal.supplies.wave_selectors import consignments_of, list_waves, manifests, planned_waves

pytestmark = pytest.mark.django_db


def test_the_sample_data_shows_every_stage_and_breaks_no_invariant() -> None:
    load.load()
    states = set(Order.objects.values_list("state", flat=True))
    assert states >= {
        "awaiting_approval",
        "accepted",
        "back_ordered",
        "on_hold",
        "picking",
        "dispatched",
        "delivered",
        "received",
        "discrepancy",
        "rejected",
        "cancelled",
    }
    assert Order.objects.filter(state="accepted", promised_on__lt=timezone.localdate()).exists()
    assert Case.objects.filter(kind="short").count() == 1
    assert find_broken() == []


def test_every_site_of_the_demonstration_has_an_order() -> None:
    load.load()
    sites = set(Order.objects.values_list("organisation__code", flat=True))
    assert sites == {"Z99001", "Z99001001", "V99001", "FZZ01", "TPZ01"}


def test_stock_is_plenty_low_and_out_with_and_without_a_date() -> None:
    load.load()
    levels = {(each.store.code, each.item.code): each for each in StockLevel.objects.select_related("store", "item")}
    assert levels["MAIN", "GMS1"].available > 50 and levels["MAIN", "BAG-LARGE"].available == 3
    assert levels["MAIN", "CUP-60"].on_hand == 0 and levels["MAIN", "CUP-60"].expected_on is not None
    assert levels["MAIN", "LFT-STATIN"].on_hand == 0 and levels["MAIN", "LFT-STATIN"].expected_on is None


def test_the_pages_of_the_warehouse_are_not_empty() -> None:
    load.load()
    warehouse = supplies_data.actor_of("wanda")
    assert planned_waves(warehouse) and manifests(warehouse)
    (wave,) = list_waves(warehouse)
    assert sorted(consignments_of(warehouse, wave).values_list("state", flat=True)) == ["packed", "picking"]
    done = ProofImport.objects.get()
    assert (done.delivered, done.moving, done.unplaced) == (1, 1, 1)
    assert "TV990001GB" in done.problems[0]


def test_loading_again_changes_nothing() -> None:
    load.load()
    before = (Order.objects.count(), AuditEvent.objects.count(), CatalogueItem.objects.count())
    load.load()
    assert (Order.objects.count(), AuditEvent.objects.count(), CatalogueItem.objects.count()) == before


def test_what_staff_changed_meanwhile_stays() -> None:
    load.load()
    CatalogueItem.objects.filter(code="GMS1").update(name="Our name")
    supplies_data.load()
    assert CatalogueItem.objects.get(code="GMS1").name == "Our name"


def test_orders_and_their_events_lie_in_the_past_in_the_right_order() -> None:
    load.load()
    for order in Order.objects.all():
        moments = [event.occurred_at for event in AuditEvent.objects.about("order", order.reference)]
        assert moments == sorted(moments)
        assert moments[0] == order.placed_at
        assert moments[-1] <= timezone.now()


def test_the_clock_goes_right_again() -> None:
    with happening_at(timezone.now() - timedelta(days=9)):
        assert AuditEvent().occurred_at < timezone.now() + timedelta(seconds=1)
    assert timezone.now() - AuditEvent().occurred_at < timedelta(seconds=5)


@pytest.mark.parametrize("days", [0, 1, 5, 30])
def test_working_days_ago_is_a_working_day_that_has_begun(days: int) -> None:
    moment = working_days_ago(days, time(9, 5))
    calendar = working_calendar()
    assert moment <= timezone.now()
    assert calendar.is_working_day(timezone.localdate(moment))
