"""Unusual orders of secure stationery wait for a second person of the operator (J5, trust 2.5, I11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import SecureQuarantine
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.foundation.workdays.calendar import working_calendar
from portal.serials.models import SecureRelease, SignedDelivery
from portal.serials.services.release_orders import refuse_unusual_order, release_unusual_order
from portal.serials.tasks import watch_receipts
from portal.serials.tests.forms import staff
from portal.serials.tests.secure import SecureSite, known_site
from portal.serials.unusual import Ordered, above_average, above_cap, ordered_lately, unusual_rules
from portal.supplies.models import CatalogueItem, OrderLine
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.record_delivery import RecordDelivery, record_delivery
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import SecureItemFactory, contractor_actor, place
from portal.supplies.tests.warehouse import dispatched, staff_actor

pytestmark = pytest.mark.django_db


def test_the_first_order_of_a_site_waits_and_both_sides_read_why() -> None:
    site = SecureSite()
    order = site.order(1)
    release = SecureRelease.objects.get(order=order)
    assert release.reasons == ["It is the first secure stationery that this site is to get."]
    with pytest.raises(Conflict, match="waits for a second person: It is the first"), transaction.atomic():
        start_picking(staff_actor(), order.reference)
    release_unusual_order(staff("approver"), order.reference, "Called the practice.")
    assert start_picking(staff_actor(), order.reference).order_id == order.pk


def test_a_plain_order_never_waits() -> None:
    site = SecureSite(item_class="plain", serial_numbered=False)
    assert not SecureRelease.objects.filter(order=site.order(1)).exists()


def test_a_usual_order_of_a_known_site_does_not_wait() -> None:
    site = known_site(a_week=2)
    assert not SecureRelease.objects.filter(order=site.order(8)).exists()


def test_more_than_twice_the_average_waits_also_in_small_orders() -> None:
    site = known_site(a_week=2)  # 8 in 28 days are usual, 16 pass
    assert not SecureRelease.objects.filter(order=site.order(10)).exists()
    assert not SecureRelease.objects.filter(order=site.order(6)).exists()
    release = SecureRelease.objects.get(order=site.order(1))
    assert "17 in 28 days are more than 2 times the average of 8.0" in release.reasons[0]


def test_what_was_cancelled_makes_no_site_known() -> None:
    site = SecureSite()
    first = site.order(1)
    cancel_order(site.actor, first.reference, "Not needed")
    assert SecureRelease.objects.filter(order=site.order(1)).exists()


def test_an_order_after_a_change_of_address_waits_for_weeks() -> None:
    site = known_site(a_week=2)
    since = timezone.now() - timedelta(days=20)
    SecureQuarantine.objects.create(
        organisation=site.organisation, starts_at=since, until=since + timedelta(days=7), because="Another address"
    )
    assert SecureRelease.objects.get(order=site.order(1)).reasons[0].startswith("Another address on ")


def test_nobody_releases_what_they_ordered_and_the_database_agrees() -> None:
    site = SecureSite()
    order = site.order(1)
    orderer = staff("approver")
    orderer = type(orderer)(**{**vars(orderer), "user_id": order.placed_by_id})
    with pytest.raises(Refused, match="A second person"), transaction.atomic():
        release_unusual_order(orderer, order.reference, "Fine")
    with pytest.raises(IntegrityError, match="release_not_by_the_orderer"), transaction.atomic():
        SecureRelease.objects.filter(order=order).update(
            state="released", decided_by_id=order.placed_by_id, decided_at=timezone.now(), note="x"
        )


def test_a_decision_has_words_and_is_taken_once() -> None:
    site = SecureSite()
    order, second = site.order(1), staff("approver")
    with pytest.raises(InvalidInput), transaction.atomic():
        release_unusual_order(second, order.reference, " ")
    with pytest.raises(Refused), transaction.atomic():
        release_unusual_order(staff("warehouse_operator"), order.reference, "x")
    with pytest.raises(NotFound), transaction.atomic():
        release_unusual_order(second, "SO-NONE", "x")
    refuse_unusual_order(second, order.reference, "The practice did not order it.")
    order.refresh_from_db()
    assert order.state == "cancelled"
    with pytest.raises(Conflict), transaction.atomic():
        release_unusual_order(second, order.reference, "After all")


def test_a_cancelled_order_is_not_released() -> None:
    site = SecureSite()
    order = site.order(1)
    cancel_order(site.actor, order.reference, "By mistake")
    with pytest.raises(Conflict, match="it is cancelled"), transaction.atomic():
        release_unusual_order(staff("approver"), order.reference, "x")


def test_secure_stationery_is_delivered_only_against_a_signature() -> None:
    site = known_site(a_week=2, numbered=False)
    box = dispatched(site.order(1))
    command = {"consignment": box.reference, "received_by": "Jo", "delivered_at": timezone.now()}
    with pytest.raises(InvalidInput, match="signature"), transaction.atomic():
        record_delivery(staff_actor(), RecordDelivery(**command))
    record_delivery(staff_actor(), RecordDelivery(**command, signed=True))
    assert SignedDelivery.objects.get(consignment=box).recorded_by_name == "Wanda Nowak"


def test_a_receipt_that_nobody_confirms_opens_one_case() -> None:
    site = known_site(a_week=2, numbered=False)
    box = dispatched(site.order(1))
    watch_receipts()
    assert not Case.objects.exists()
    days, day = working_calendar(), timezone.localdate()
    while days.days_between(day, timezone.localdate()) <= unusual_rules().receipt_days:
        day -= timedelta(days=1)
    type(box).objects.filter(pk=box.pk).update(dispatched_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    watch_receipts()
    watch_receipts()
    case = Case.objects.get()
    assert (case.kind, case.queue, case.organisation_id) == ("unconfirmed_receipt", "supplies", site.organisation.id)


NOON_BEFORE_THE_CLOCKS_CHANGE = datetime(2026, 3, 28, 12, tzinfo=UTC)


@given(offset=st.integers(-3, 3), days=st.integers(0, 400))
def test_an_order_leaves_the_window_to_the_second_whatever_the_clocks_do(offset: int, days: int) -> None:
    """Days are 24 hours: neither the change of the clocks nor a bank holiday moves the border of the window."""
    now = NOON_BEFORE_THE_CLOCKS_CHANGE + timedelta(days=days)
    border = now - timedelta(days=unusual_rules().window_days)
    with transaction.atomic():
        item = SecureItemFactory()
        line = _line(item, border + timedelta(seconds=offset))
        found = ordered_lately(line.organisation_id, [item], now)[item.id]
        transaction.set_rollback(True)
    assert found == (Ordered(window=3, forms=300) if offset > 0 else Ordered(before=3, forms=300))


@given(before=st.integers(0, 500), window=st.integers(1, 500))
def test_the_rule_of_the_average_is_exact(before: int, window: int) -> None:
    item = CatalogueItem(code="X", name="Pad")
    waits = bool(above_average(unusual_rules(), item, Ordered(window=window, before=before)))
    assert waits == (window * 91 > 2 * before * 28)


@given(forms=st.integers(0, 50_000), prescribers=st.integers(0, 20))
def test_the_cap_grows_with_the_prescribers(forms: int, prescribers: int) -> None:
    item = CatalogueItem(code="X", name="Pad")
    waits = bool(above_cap(unusual_rules(), item, Ordered(forms=forms), prescribers))
    assert waits == (forms > 6000 * max(prescribers, 1))


def _line(item: CatalogueItem, at: datetime) -> OrderLine:
    member = MembershipFactory(roles=["secure_stationery_orderer"])
    actor = contractor_actor(member, second_factor_at=timezone.now())
    order = place(actor, (item, 3))
    OrderLine.objects.filter(order=order).update(placed_at=at)
    line: OrderLine = order.lines.get()
    return line
