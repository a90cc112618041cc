"""The visits of the next weeks, planned from the courier's usual days and the holidays (J9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.worker import some_at_once
from portal.records.collection_dates import comes_on, usual_days
from portal.records.collection_rules import collection_rules
from portal.records.events import COLLECTIONS_PLANNED
from portal.records.models import CollectionDay, CollectionVisit
from portal.records.permissions import WORK_RECORDS

_DAYS_AT_ONCE = 500


def plan_everything() -> None:
    """What the worker does: plans the visits of the next weeks, some hundred days of the week at a time."""
    actor = system_actor("The collection calendar", WORK_RECORDS)
    with system_scope():
        some_at_once(
            list(CollectionDay.objects.order_by("id").values_list("id", flat=True)),
            lambda some: plan(actor, some),
            size=_DAYS_AT_ONCE,
            name=lambda day: f"collection day {day}",
        )


@service(WORK_RECORDS)
def plan(actor: Actor, day_ids: Sequence[int]) -> int:
    """Plans for these collection days; how many visits were written."""
    planned = plan_visits(list(CollectionDay.objects.filter(id__in=day_ids).order_by("id")))
    if planned:
        record(COLLECTIONS_PLANNED, actor=actor, subject=("records", "collections"), number=planned)
    else:
        nothing_changed()
    return planned


def plan_visits(days: Collection[CollectionDay]) -> int:
    """Adds the visits of these days that are not planned yet; a new holiday moves its own. How many were written."""
    calendar, today, now = working_calendar(), timezone.localdate(), timezone.now()
    sites = {each.organisation_id for each in days}
    known = CollectionVisit.objects.filter(organisation_id__in=sites, usual_on__gte=today)
    there = {(each.organisation_id, each.usual_on): each for each in known}
    moved, new = list[CollectionVisit](), list[CollectionVisit]()
    for each in days:
        for usual in usual_days(each.weekday, max(each.first_on, today), today + collection_rules().plan_ahead):
            on, found = comes_on(usual, calendar), there.get((each.organisation_id, usual))
            if found is None:
                new.append(_usual_visit(each, usual, on))
            elif found.state == "planned" and found.on != on and found.on > today:
                found.on = on
                moved.append(found)
    for found in moved:
        _move(found)
    new = [visit for visit in new if visit.begins_at > now]  # nobody was told of one that has begun
    # A site whose other visit is on that day already needs no second one.
    CollectionVisit.objects.bulk_create(new, ignore_conflicts=True)
    return len(new) + len(moved)


def _usual_visit(each: CollectionDay, usual: date, on: date) -> CollectionVisit:
    return CollectionVisit(
        organisation_id=each.organisation_id, on=on, usual_on=usual, opens=each.opens, closes=each.closes
    )


def _move(visit: CollectionVisit) -> None:
    """To its new day, unless the courier comes then anyway."""
    same_day = CollectionVisit.objects.filter(organisation_id=visit.organisation_id, on=visit.on).standing()  # type: ignore[attr-defined]
    if same_day.exclude(pk=visit.pk).exists():
        visit.state, visit.why = "cancelled", "A holiday; the courier comes on the next working day anyway"
        visit.on = visit.usual_on or visit.on
    visit.save(update_fields=["on", "state", "why"])
