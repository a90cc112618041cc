"""Time that passes: what should have arrived is shown to somebody, and what stays missing counts as lost (J26)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.web.filters import day
from portal.foundation.workdays.calendar import working_calendar
from portal.foundation.worker import one_after_another, one_by_one
from portal.records.events import OVERDUE_FOUND
from portal.records.locking import bag_name
from portal.records.models import Bag, Discrepancy
from portal.records.permissions import WORK_RECORDS
from portal.records.policy import records_policy
from portal.records.services.settle_movement import mark_lost
from portal.records.states import FINAL, SOUGHT

_AT_ONCE = 1_000


def let_time_pass() -> None:
    """What the worker does: both, until nothing is due."""
    actor = system_actor("The records clock", WORK_RECORDS)
    with system_scope():
        one_after_another(
            overdue=lambda: _show_all_overdue(actor),
            lost=lambda: one_by_one(
                _long_missing(), lambda bag: mark_lost(actor, *bag, "Missing for six months"), name=bag_name
            ),
        )


def _show_all_overdue(actor: Actor) -> None:
    while show_overdue(actor):
        pass


@service(WORK_RECORDS)
def show_overdue(actor: Actor) -> int:
    """Shows bags that are still on their way some working days after the day they were expected; how many.

    The practice that waits for a bag sees it, too. Each is shown once, until it is settled.
    """
    calendar, late = working_calendar(), timezone.localdate()
    for _ in range(records_policy().clock.missing_after):
        late -= timedelta(days=1)
        while not calendar.is_working_day(late):
            late -= timedelta(days=1)
    due = Bag.objects.filter(movement__ended_at=None, movement__expected_by__lt=late)
    due = due.exclude(state__in=(*FINAL, *SOUGHT)).exclude(discrepancies__kind="overdue")
    bags = list(due.select_related("movement").order_by("id")[:_AT_ONCE])
    Discrepancy.objects.bulk_create(
        Discrepancy(
            kind="overdue",
            bag=bag,
            shown_to_id=bag.movement.destination_organisation_id,
            detail=f"{bag.state_label} since {day(bag.state_since)}",
        )
        for bag in bags
    )
    if not bags:
        nothing_changed()
        return 0
    record(OVERDUE_FOUND, actor=actor, subject=("records", "clock"), number=len(bags))
    return len(bags)


def _long_missing() -> list[tuple[str, int]]:
    since = timezone.now() - timedelta(days=records_policy().clock.lost_after_days)
    missing = Bag.objects.filter(state="missing", state_since__lt=since).select_related("movement")
    return [(bag.movement.reference, bag.number) for bag in missing.order_by("id")]
