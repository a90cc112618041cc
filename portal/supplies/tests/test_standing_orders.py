"""Standing orders: set up, skipped, paused, placed within every rule, refused, stopped (issue 5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import RoleGrant
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor, system_actor
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.workdays.models import Holiday
from portal.supplies.models import Order, StandingDate, StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services import keep_standing_order as keep
from portal.supplies.services.place_standing_order import (
    due_standing_orders,
    place_standing_order,
    remind_of_standing_order,
    standing_orders_to_remind_of,
)
from portal.supplies.services.set_up_standing_order import StandingOrderValues, change_standing_order
from portal.supplies.standing_dates import Rhythm
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    SecureItemFactory,
    StockLevelFactory,
    contractor_actor,
    place,
    set_up_standing,
)

PORTAL = system_actor("The portal", PLACE_ORDER)


def first_days(rhythm: Rhythm, number: int) -> list[date]:
    days = rhythm.dates()
    return [next(days) for _ in range(number)]


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    rhythm = Rhythm(first_on=date(2027, 1, 15), every_weeks=None, day_of_month=31, ends_on=None)
    assert first_days(rhythm, 3) == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def test_weeks_are_counted_over_the_change_of_the_clocks() -> None:
    rhythm = Rhythm(first_on=date(2027, 3, 22), every_weeks=2, day_of_month=None, ends_on=date(2027, 4, 30))
    assert list(rhythm.dates()) == [date(2027, 3, 22), date(2027, 4, 5), date(2027, 4, 19)]


def working_today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Makes today a working day, whatever the day of the test."""
    monkeypatch.setattr("portal.foundation.workdays.calendar.WorkingCalendar.is_working_day", lambda self, day: True)
    return timezone.localdate()


def due(actor: Actor, *lines: Any, **values: Any) -> StandingOrder:
    """A standing order whose first date is today: time has passed since it was set up."""
    standing = set_up_standing(actor, *lines, **values)
    StandingOrder.objects.filter(pk=standing.pk).update(first_on=timezone.localdate(), next_on=timezone.localdate())
    standing.refresh_from_db()
    return standing


def stocked(**values: Any) -> Any:
    return StockLevelFactory(item=CatalogueItemFactory(**values), on_hand=100).item


@pytest.mark.django_db
def test_on_its_day_a_real_order_is_placed_in_the_persons_name_once(monkeypatch: pytest.MonkeyPatch) -> None:
    today = working_today(monkeypatch)
    actor, item = contractor_actor(), stocked()
    standing = due(actor, (item, 3))

    assert due_standing_orders() == [standing.reference]
    order = place_standing_order(PORTAL, standing.reference)
    assert order is not None
    assert (order.placed_by_id, order.organisation_id, order.state) == (
        actor.user_id,
        actor.organisation_id,
        "accepted",
    )
    assert [(line.item_id, line.quantity) for line in order.lines.all()] == [(item.id, 3)]
    standing.refresh_from_db()
    assert standing.next_on == today + timedelta(weeks=4)
    assert OutboxMessage.objects.filter(kind="supplies.order_placed").count() == 1

    assert place_standing_order(PORTAL, standing.reference) is None
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_the_person_keeps_the_basket(monkeypatch: pytest.MonkeyPatch) -> None:
    working_today(monkeypatch)
    actor, item = contractor_actor(), stocked()
    standing = due(actor, (item, 1))
    place_standing_order(PORTAL, standing.reference)
    assert place(actor, (item, 2)).lines.get().quantity == 2


@pytest.mark.django_db
def test_the_database_knows_only_one_row_a_date() -> None:
    standing = set_up_standing(contractor_actor(), (stocked(), 1))
    StandingDate.objects.create(standing=standing, due_on=standing.first_on, outcome="skipped")
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingDate.objects.create(standing=standing, due_on=standing.first_on, outcome="skipped")


@pytest.mark.django_db
def test_a_refused_date_keeps_the_sentence_and_is_tried_again_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    today = working_today(monkeypatch)
    actor = contractor_actor()
    item = stocked(allowance_quantity=5, allowance_days=28, usual_quantity=5, maximum_quantity=10)
    standing = due(actor, (item, 3))
    by_hand = place(actor, (item, 4))

    assert place_standing_order(PORTAL, standing.reference) is None
    tried = StandingDate.objects.get()
    assert (tried.outcome, tried.tries) == ("failed", 1)
    assert "has 1 left" in tried.reason
    assert due_standing_orders() == []  # today it was tried
    assert OutboxMessage.objects.filter(kind="supplies.standing_failed").count() == 1

    by_hand.lines.update(cancelled=4, cancelled_at=timezone.now())
    StandingDate.objects.update(tried_on=today - timedelta(days=1))
    assert due_standing_orders() == [standing.reference]
    order = place_standing_order(PORTAL, standing.reference)
    tried.refresh_from_db()
    assert (tried.outcome, tried.order, tried.tries, tried.reason) == ("placed", order, 2, "")


@pytest.mark.django_db
def test_after_the_last_try_the_next_date_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    today = working_today(monkeypatch)
    item = stocked()
    standing = due(contractor_actor(), (item, 3))
    item.valid_to = today - timedelta(days=1)
    item.save()
    long_ago = today - timedelta(days=6)
    StandingOrder.objects.update(first_on=long_ago, next_on=long_ago)
    assert place_standing_order(PORTAL, standing.reference) is None
    standing.refresh_from_db()
    assert standing.next_on == long_ago + timedelta(weeks=4)
    assert "We will not try this date again" in OutboxMessage.objects.get(kind="supplies.standing_failed").body


@pytest.mark.django_db
def test_it_stops_when_its_person_may_not_order_any_more_and_the_main_contact_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    working_today(monkeypatch)
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    contact = MembershipFactory(organisation=membership.organisation, roles=["main_contact"])
    standing = due(contractor_actor(membership), (stocked(), 1))
    RoleGrant.objects.filter(membership=membership).update(ended_at=timezone.now())

    assert place_standing_order(PORTAL, standing.reference) is None
    standing.refresh_from_db()
    assert standing.state == "stopped"
    assert "may not order" in standing.stop_reason
    told = OutboxMessage.objects.get(kind="supplies.standing_stopped")
    assert told.recipients == [contact.user.email]
    assert due_standing_orders() == []

    colleague = contractor_actor(contact)
    resumed = keep.resume_standing_order(colleague, standing.reference)
    assert (resumed.state, resumed.owner_id, resumed.stop_reason) == ("active", colleague.user_id, "")


@pytest.mark.django_db
def test_a_skipped_date_orders_nothing_and_can_be_put_back() -> None:
    actor = contractor_actor()
    standing = set_up_standing(actor, (stocked(), 1))
    first = standing.first_on
    assert keep.skip_date(actor, standing.reference, first).next_on == first + timedelta(weeks=4)
    keep.skip_date(actor, standing.reference, first)  # twice is once
    assert keep.put_date_back(actor, standing.reference, first).next_on == first
    with pytest.raises(Conflict), transaction.atomic():
        keep.skip_date(actor, standing.reference, first + timedelta(days=1))


@pytest.mark.django_db
def test_paused_it_is_not_due_and_what_it_missed_is_not_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    today = working_today(monkeypatch)
    actor = contractor_actor()
    standing = due(actor, (stocked(), 1))
    keep.pause_standing_order(actor, standing.reference)
    assert due_standing_orders() == []
    assert place_standing_order(PORTAL, standing.reference) is None
    assert keep.resume_standing_order(actor, standing.reference).next_on == today + timedelta(weeks=4)
    assert keep.end_standing_order(actor, standing.reference).next_on is None
    with pytest.raises(Conflict), transaction.atomic():
        keep.resume_standing_order(actor, standing.reference)


@pytest.mark.django_db
def test_on_a_holiday_nothing_is_ordered_until_the_next_working_day() -> None:
    from portal.foundation.workdays.calendar import forget_holidays

    due(contractor_actor(), (stocked(), 1))
    Holiday.objects.get_or_create(day=timezone.localdate(), defaults={"name": "A holiday"})
    forget_holidays()
    assert due_standing_orders() == []
    forget_holidays()


@pytest.mark.django_db
def test_a_change_gives_other_dates_and_another_name() -> None:
    membership = MembershipFactory(roles=["supplies_order_clerk"])
    colleague = contractor_actor(
        MembershipFactory(organisation=membership.organisation, roles=["supplies_order_clerk"])
    )
    item, other = stocked(), stocked()
    standing = set_up_standing(contractor_actor(membership), (item, 1))
    values = StandingOrderValues(
        name="New", every_weeks=None, day_of_month=5, first_on=standing.first_on, ends_on=None,
        quantities={item.code: 0, other.code: 2},
    )  # fmt: skip
    changed = change_standing_order(colleague, standing.reference, values)
    assert changed.owner_id == colleague.user_id
    assert changed.next_on is not None
    assert changed.next_on.day == 5
    assert [(line.item_id, line.quantity) for line in changed.lines.all()] == [(other.id, 2)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"every_weeks": None}, "every_weeks"),
        ({"every_weeks": 4, "day_of_month": 3}, "every_weeks"),
        ({"every_weeks": 99}, "every_weeks"),
        ({"first_on": date(2020, 1, 1)}, "first_on"),
        ({"first_on": date(9999, 12, 31)}, "first_on"),
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"quantities": {}}, None),
        ({"quantities": {"NO-SUCH": 1}}, "quantity-NO-SUCH"),
    ],
)
def test_what_cannot_be_set_up_is_said_beside_its_field(values: dict[str, Any], field: str | None) -> None:
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        set_up_standing(contractor_actor(), (stocked(), 1), **values)
    assert field in refused.value.errors


@pytest.mark.django_db
def test_above_the_usual_quantity_a_person_has_to_order() -> None:
    item = stocked(usual_quantity=3)
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        set_up_standing(contractor_actor(), (item, 4))
    assert "takes up to 3" in refused.value.errors[f"quantity-{item.code}"]


@pytest.mark.django_db
def test_a_secure_item_is_refused_when_it_is_set_up_and_when_it_became_secure_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    working_today(monkeypatch)
    actor = contractor_actor(roles=("secure_stationery_orderer", "supplies_order_clerk"))
    secure = SecureItemFactory()
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        set_up_standing(actor, (secure, 1))
    assert "cannot be in a standing order" in refused.value.errors[f"quantity-{secure.code}"]

    item = stocked()
    standing = due(actor, (item, 1))
    item.item_class = "secure"
    item.save()
    assert place_standing_order(PORTAL, standing.reference) is None
    assert "cannot be in a standing order" in StandingDate.objects.get().reason


@pytest.mark.django_db
def test_a_reminder_is_sent_once_a_date() -> None:
    actor = contractor_actor()
    standing = set_up_standing(actor, (stocked(), 1))
    assert standing_orders_to_remind_of() == [standing.reference]
    assert remind_of_standing_order(PORTAL, standing.reference)
    assert not remind_of_standing_order(PORTAL, standing.reference)
    assert standing_orders_to_remind_of() == []
    told = OutboxMessage.objects.get(kind="supplies.standing_reminder")
    assert told.recipients == [actor.email]
    assert f"/standing/{standing.reference}/" in told.body


@pytest.mark.django_db
def test_another_sites_standing_order_does_not_exist() -> None:
    standing = set_up_standing(contractor_actor(), (stocked(), 1))
    with pytest.raises(NotFound), transaction.atomic():
        keep.end_standing_order(contractor_actor(), standing.reference)
