"""The days of the week on which the courier comes to a site (J9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.foundation.outbox.queue import queue_email
from portal.foundation.web.filters import day
from portal.organisations.models import Organisation
from portal.records.collection_sites import check_window, lock_site
from portal.records.events import COLLECTION_DAY_ENDED, COLLECTION_DAY_SET
from portal.records.messages import days_changed, window
from portal.records.models import CollectionDay, CollectionVisit
from portal.records.models.collection import WEEKDAYS
from portal.records.permissions import WORK_RECORDS
from portal.records.services.plan_collections import plan_visits


@dataclass(frozen=True, kw_only=True)
class SetCollectionDay:
    """The courier comes to the site with this ``code`` on a ``weekday`` (0 is Monday), from ``first_on`` on."""

    code: str
    weekday: int
    opens: time
    closes: time
    first_on: date


@service(WORK_RECORDS)
def set_collection_day(actor: Actor, command: SetCollectionDay) -> CollectionDay:
    """Sets the day, or its hours anew; visits already planned for it follow. Raises NotFound and InvalidInput."""
    check_window(command.opens, command.closes)
    site = lock_site(command.code)
    found, _ = CollectionDay.objects.update_or_create(
        organisation=site,
        weekday=command.weekday,
        defaults={"opens": command.opens, "closes": command.closes, "first_on": command.first_on},
    )
    planned = CollectionVisit.objects.filter(organisation=site, state="planned", usual_on__gte=command.first_on)
    planned.filter(usual_on__iso_week_day=command.weekday + 1).update(opens=command.opens, closes=command.closes)
    plan_visits([found])
    weekday, hours = WEEKDAYS[command.weekday], window(command.opens, command.closes)
    record(
        COLLECTION_DAY_SET, actor=actor, subject=_days_of(site), organisation_id=site.id, weekday=weekday, window=hours
    )
    queue_email(days_changed(site, f"From {day(command.first_on)} the courier comes every {weekday}, between {hours}."))
    return found


@service(WORK_RECORDS)
def end_collection_day(actor: Actor, code: str, weekday: int) -> None:
    """The courier no longer comes on that weekday; what was planned for it is cancelled. Raises NotFound."""
    site = lock_site(code)
    ended, _ = CollectionDay.objects.filter(organisation=site, weekday=weekday).delete()
    if not ended:
        raise NotFound
    planned = CollectionVisit.objects.filter(
        organisation=site, state="planned", usual_on__iso_week_day=weekday + 1, on__gt=timezone.localdate()
    )
    why = f"The courier no longer comes on {WEEKDAYS[weekday]}s"
    planned.update(state="cancelled", state_since=timezone.now(), usual_on=None, why=why)
    record(
        COLLECTION_DAY_ENDED, actor=actor, subject=_days_of(site), organisation_id=site.id, weekday=WEEKDAYS[weekday]
    )
    queue_email(days_changed(site, f"{why}."))


def _days_of(site: Organisation) -> tuple[str, str]:
    return "collection_days", site.code
