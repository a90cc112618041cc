"""When the courier comes to a practice, whether somebody came, and what happens when nobody did (J9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor, system_actor
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.workdays.calendar import forget_holidays
from portal.foundation.workdays.models import Holiday
from portal.organisations.tests.factories import OrganisationFactory
from portal.records import collection_selectors as read
from portal.records.models import Bag, CollectionDay, CollectionVisit, Holder
from portal.records.permissions import MOVE_RECORDS, VIEW_ALL_RECORDS, VIEW_RECORDS, WORK_RECORDS
from portal.records.places import holder_of
from portal.records.services.arrange_visit import ArrangeVisit, arrange_visit, cancel_visit
from portal.records.services.judge_collections import judge_everything
from portal.records.services.plan_collections import plan_everything
from portal.records.services.prepare_movement import mark_ready
from portal.records.services.report_missed_collection import report_missed_collection
from portal.records.services.set_collection_day import SetCollectionDay, end_collection_day, set_collection_day
from portal.records.tests.factories import Journey, a_movement, labelled, operator, organisation_of

pytestmark = pytest.mark.django_db
TUESDAY = 1


@pytest.fixture(autouse=True)
def _fresh_holidays() -> Iterator[None]:
    forget_holidays()
    yield
    forget_holidays()


@pytest.fixture
def site() -> Holder:
    return holder_of(OrganisationFactory(contractor_type="gp"))


def staff() -> Actor:
    return system_actor("Rita", WORK_RECORDS)


def member(site: Holder) -> Actor:
    permissions = frozenset({MOVE_RECORDS.code, VIEW_RECORDS.code})
    return Actor(
        name="Kofi", audience="contractor", organisation_id=site.organisation_id, organisation_code=site.code,
        permissions=permissions,
    )  # fmt: skip


def set_day(site: Holder, weekday: int = TUESDAY, **values: Any) -> CollectionDay:
    """The courier comes on that weekday from today on."""
    command = {"opens": time(9), "closes": time(13), "first_on": timezone.localdate(), **values}
    return set_collection_day(staff(), SetCollectionDay(code=site.code, weekday=weekday, **command))


def a_visit(site: Holder, *, days_ago: int = 1) -> CollectionVisit:
    """One that is over and not judged."""
    on = timezone.localdate() - timedelta(days=days_ago)
    return CollectionVisit.objects.create(
        organisation=organisation_of(site), on=on, usual_on=on, opens=time(9), closes=time(13)
    )


def ready_since(site: Holder, moment: datetime) -> Journey:
    """A bag that waits at the site since then."""
    movement = a_movement(site)
    [label] = labelled(movement)
    mark_ready(operator(), movement.reference)
    Bag.objects.filter(movement=movement).update(state_since=moment)
    return Journey(label, started=moment)


def collected(site: Holder, visit: CollectionVisit) -> None:
    """One bag that waited and was scanned by the courier within the window."""
    journey = ready_since(site, visit.begins_at - timedelta(days=1))
    journey.at = visit.begins_at + timedelta(minutes=30)
    journey.scan("collected", site)


def test_a_set_day_is_planned_for_the_next_weeks_and_the_practice_is_told(site: Holder) -> None:
    MembershipFactory(organisation=organisation_of(site), roles=["main_contact"])
    set_day(site)
    visits = list(CollectionVisit.objects.order_by("on"))
    assert len(visits) in (6, 7) and all(visit.on.weekday() == TUESDAY for visit in visits)
    assert "every Tuesday, between 09:00 to 13:00" in OutboxMessage.objects.get().body.replace("\n", " ")
    plan_everything()
    assert CollectionVisit.objects.count() == len(visits)


def test_other_hours_are_those_of_the_visits_already_planned(site: Holder) -> None:
    set_day(site)
    arranged = arrange_visit(staff(), _besides(site))
    set_day(site, opens=time(14), closes=time(16))
    usual = CollectionVisit.objects.exclude(pk=arranged.pk)
    assert set(usual.values_list("opens", "closes")) == {(time(14), time(16))}
    arranged.refresh_from_db()
    assert arranged.opens == time(10)


def test_a_holiday_that_is_entered_late_moves_the_visit(site: Holder) -> None:
    set_day(site)
    moved = CollectionVisit.objects.order_by("on")[2]
    Holiday.objects.create(day=moved.on, name="A new holiday")
    forget_holidays()
    plan_everything()
    usual = moved.on
    moved.refresh_from_db()
    assert (moved.usual_on, moved.on) == (usual, usual + timedelta(days=1))
    assert CollectionVisit.objects.filter(on=usual).count() == 0


def test_two_visits_that_a_holiday_puts_on_one_day_become_one(site: Holder) -> None:
    set_day(site)
    set_day(site, TUESDAY + 1)
    day = CollectionVisit.objects.filter(usual_on__iso_week_day=TUESDAY + 1).order_by("on")[2]
    Holiday.objects.create(day=day.on, name="A new holiday")
    forget_holidays()
    plan_everything()
    day.refresh_from_db()
    assert day.state == "cancelled"
    assert CollectionVisit.objects.filter(on=day.on + timedelta(days=1)).exclude(state="cancelled").count() == 1


def test_an_ended_day_cancels_what_was_planned_and_may_be_set_again(site: Holder) -> None:
    set_day(site)
    number = CollectionVisit.objects.filter(on__gt=timezone.localdate()).count()
    end_collection_day(staff(), site.code, TUESDAY)
    assert CollectionVisit.objects.filter(state="cancelled").count() == number > 0
    plan_everything()
    assert CollectionVisit.objects.filter(state="planned", on__gt=timezone.localdate()).count() == 0
    set_day(site)
    assert CollectionVisit.objects.filter(state="planned", on__gt=timezone.localdate()).count() == number
    with pytest.raises(NotFound), transaction.atomic():
        end_collection_day(staff(), site.code, TUESDAY + 1)


def test_a_visit_that_staff_cancelled_is_not_planned_again(site: Holder) -> None:
    MembershipFactory(organisation=organisation_of(site), roles=["main_contact"])
    set_day(site)
    visit = CollectionVisit.objects.order_by("on").last()
    assert visit is not None
    cancel_visit(staff(), visit.reference, "Snow")
    plan_everything()
    assert [each.state for each in CollectionVisit.objects.filter(on=visit.on)] == ["cancelled"]
    assert "The reason: Snow" in OutboxMessage.objects.order_by("-id")[0].body


@pytest.mark.parametrize(
    ("waits", "goes", "state"), [(0, 0, "nothing"), (2, 0, "missed"), (0, 2, "made"), (1, 2, "partly")]
)
def test_the_scans_tell_what_a_visit_was(site: Holder, waits: int, goes: int, state: str) -> None:
    MembershipFactory(organisation=organisation_of(site), roles=["main_contact"])
    visit = a_visit(site)
    for _ in range(waits):
        ready_since(site, visit.begins_at - timedelta(hours=20))
    for _ in range(goes):
        collected(site, visit)
    judge_everything()
    visit.refresh_from_db()
    assert (visit.state, visit.waiting, visit.collected) == (state, waits + goes, goes)
    told = OutboxMessage.objects.filter(kind="records.collection_missed")
    assert told.count() == (state == "missed")


def test_a_bag_that_was_ready_only_after_the_window_opened_did_not_wait(site: Holder) -> None:
    visit = a_visit(site)
    ready_since(site, visit.begins_at + timedelta(minutes=1))
    judge_everything()
    visit.refresh_from_db()
    assert visit.state == "nothing"


def test_nothing_is_said_of_a_visit_before_its_scans_can_be_there(site: Holder) -> None:
    visit = a_visit(site, days_ago=0)
    now = timezone.localtime()
    visit.opens, visit.closes = time(0, 0), max(time(0, 1), (now - timedelta(minutes=1)).time())
    visit.save()
    judge_everything()
    visit.refresh_from_db()
    late_enough = now - timedelta(hours=3) >= visit.ends_at
    assert visit.state == ("nothing" if late_enough else "planned")


def test_a_scan_that_comes_late_still_counts_for_its_day(site: Holder) -> None:
    visit = a_visit(site)
    first = ready_since(site, visit.begins_at - timedelta(hours=20))
    second = ready_since(site, visit.begins_at - timedelta(hours=20))
    judge_everything()
    first.at = second.at = visit.begins_at + timedelta(minutes=20)
    first.scan("collected", site)
    judge_everything()
    visit.refresh_from_db()
    assert (visit.state, visit.waiting, visit.collected) == ("partly", 2, 1)
    second.scan("collected", site)
    judge_everything()
    visit.refresh_from_db()
    assert (visit.state, visit.waiting, visit.collected) == ("made", 2, 2)


def test_bags_that_went_with_the_next_visit_were_left_behind_by_this_one(site: Holder) -> None:
    visit = a_visit(site, days_ago=2)
    journey = ready_since(site, visit.begins_at - timedelta(hours=20))
    judge_everything()
    journey.at = visit.begins_at + timedelta(days=1)
    journey.scan("collected", site)
    judge_everything()
    visit.refresh_from_db()
    assert (visit.state, visit.waiting, visit.collected) == ("missed", 1, 0)


def test_a_practice_reports_that_nobody_came_once(site: Holder) -> None:
    visit = a_visit(site)
    ready_since(site, visit.begins_at - timedelta(hours=20))
    report_missed_collection(member(site), visit.reference, " We were open ")
    visit.refresh_from_db()
    assert (visit.state, visit.reported_by_name, visit.report, visit.waiting) == ("missed", "Kofi", "We were open", 1)
    with pytest.raises(Conflict, match="Kofi has reported"), transaction.atomic():
        report_missed_collection(member(site), visit.reference, "")


def test_a_report_against_the_scans_is_not_taken(site: Holder) -> None:
    visit = a_visit(site)
    collected(site, visit)
    with pytest.raises(Conflict, match="scanned 1 bag at your site"), transaction.atomic():
        report_missed_collection(member(site), visit.reference, "")


def _early(visit: CollectionVisit) -> None:
    visit.on = timezone.localdate() + timedelta(days=2)


def _late(visit: CollectionVisit) -> None:
    visit.on = timezone.localdate() - timedelta(days=30)


def _cancelled(visit: CollectionVisit) -> None:
    visit.state, visit.why = "cancelled", "Snow"


@pytest.mark.parametrize(
    ("change", "sentence"), [(_early, "may still come"), (_late, "too long ago"), (_cancelled, "was cancelled")]
)
def test_what_cannot_be_reported_says_why(
    site: Holder, change: Callable[[CollectionVisit], None], sentence: str
) -> None:
    visit = a_visit(site)
    change(visit)
    visit.save()
    with pytest.raises(Conflict, match=sentence), transaction.atomic():
        report_missed_collection(member(site), visit.reference, "")


def test_nobody_reports_a_visit_of_another_practice(site: Holder) -> None:
    visit = a_visit(site)
    other = holder_of(OrganisationFactory(contractor_type="gp"))
    with pytest.raises(NotFound), transaction.atomic():
        report_missed_collection(member(other), visit.reference, "")


def test_another_visit_takes_a_missed_one_off_the_list(site: Holder) -> None:
    visit = a_visit(site)
    report_missed_collection(member(site), visit.reference, "")
    who = Actor(name="Rita", audience="staff", permissions=frozenset({VIEW_ALL_RECORDS.code}))
    assert list(read.to_arrange(who)) == [visit]
    again = arrange_visit(staff(), _besides(site, instead_of=visit.reference))
    assert again.instead_of == visit and list(read.to_arrange(who)) == []
    with pytest.raises(Conflict, match="in its place already"), transaction.atomic():
        arrange_visit(staff(), _besides(site, days=3, instead_of=visit.reference))
    cancel_visit(staff(), again.reference, "No driver")
    assert list(read.to_arrange(who)) == [visit]


def _besides(site: Holder, *, days: int = 2, **values: Any) -> ArrangeVisit:
    on = timezone.localdate() + timedelta(days=days)
    while on.weekday() == TUESDAY:
        on += timedelta(days=1)
    command = {"opens": time(10), "closes": time(12), "why": "The courier did not come", **values}
    return ArrangeVisit(code=site.code, on=on, **command)


@pytest.mark.parametrize(
    ("values", "field"),
    [({"days": -1}, "on"), ({"why": "  "}, "why"), ({"closes": time(10)}, "closes")],
)
def test_a_visit_that_makes_no_sense_is_not_arranged(site: Holder, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        arrange_visit(staff(), _besides(site, **values))
    assert set(refused.value.errors) == {field}


def test_the_courier_comes_once_a_day(site: Holder) -> None:
    visit = arrange_visit(staff(), _besides(site))
    with pytest.raises(InvalidInput, match="comes on that day already"), transaction.atomic():
        arrange_visit(staff(), _besides(site))
    with pytest.raises(IntegrityError, match="collection_once_a_day"), transaction.atomic():
        CollectionVisit.objects.create(
            organisation=visit.organisation, on=visit.on, opens=time(15), closes=time(16), why="x"
        )


@pytest.mark.parametrize(
    "values",
    [
        {"state": "made", "waiting": 2, "collected": 1},
        {"state": "missed", "waiting": 2, "collected": 1},
        {"state": "nothing", "waiting": 1, "collected": 0},
        {"state": "planned", "waiting": 1, "collected": 1},
        {"reported_by_name": "Kofi"},
    ],
)
def test_a_visit_is_what_was_counted(site: Holder, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionVisit.objects.create(
            organisation=organisation_of(site), on=date(2026, 1, 6), opens=time(9), closes=time(13), why="x", **values
        )
