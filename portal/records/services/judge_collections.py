"""Whether the courier came: the scans of the day tell, and nobody has to report it (J9, J27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails
from portal.records.collection_dates import judged
from portal.records.collection_rules import collection_rules
from portal.records.events import COLLECTIONS_JUDGED
from portal.records.messages import visit_missed
from portal.records.models import Bag, CollectionVisit, Scan
from portal.records.permissions import WORK_RECORDS
from portal.records.states import COLLECTION

_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Bags at a visit: all that were there to be collected, and those that the courier scanned."""

    waiting: int
    collected: int


def judge_everything() -> None:
    """What the worker does: the visits that are over, then those of the last days whose scans came late."""
    actor = system_actor("The collection calendar", WORK_RECORDS)
    with system_scope():
        while judge_next(actor):
            pass
        after = 0
        while (last := judge_again(actor, after)) is not None:
            after = last


@service(WORK_RECORDS)
def judge_next(actor: Actor) -> int:
    """Judges some visits whose window has closed; how many. A site hears by e-mail that nobody came."""
    visits = list(_locked(CollectionVisit.objects.filter(_is_over(), state="planned")).order_by("on", "id")[:_AT_ONCE])
    missed = [visit for visit in visits if _write(actor, visit, count_bags(visit)) == "missed"]
    if not visits:
        nothing_changed()
        return 0
    queue_emails([visit_missed(visit) for visit in missed])
    _record(actor, len(visits), len(missed))
    return len(visits)


@service(WORK_RECORDS)
def judge_again(actor: Actor, after: int) -> int | None:
    """Takes scans that came late into account, for some visits after the one with this id; the last id, or None.

    What waited when the visit was judged stays: bags that went with the next visit were left behind by this one.
    """
    since = timezone.localdate() - collection_rules().judge_back
    visits = CollectionVisit.objects.filter(id__gt=after, on__gte=since, state__in=("nothing", "missed", "partly"))
    found = list(_locked(visits).order_by("id")[:_AT_ONCE])
    changed = 0
    for visit in found:
        collected = count_collected(visit)
        if collected > (visit.collected or 0):
            _write(actor, visit, Counted(waiting=max(visit.waiting or 0, collected), collected=collected))
            changed += 1
    if changed:
        _record(actor, changed, 0)
    else:
        nothing_changed()
    return found[-1].id if found else None


def count_bags(visit: CollectionVisit) -> Counted:
    """What was there for the courier: bags that were ready before the window opened, and those collected that day."""
    collected = count_collected(visit)
    left = Bag.objects.filter(
        movement__origin_organisation_id=visit.organisation_id,
        movement__ended_at=None,
        state="ready",
        state_since__lt=visit.begins_at,
    )
    return Counted(waiting=collected + left.count(), collected=collected)


def count_collected(visit: CollectionVisit) -> int:
    """The bags that the courier scanned at the site on the day of the visit."""
    begins = timezone.make_aware(datetime.combine(visit.on, datetime.min.time()))
    ends = timezone.make_aware(datetime.combine(visit.on + timedelta(days=1), datetime.min.time()))
    scans = Scan.objects.filter(kind="collected", place__organisation_id=visit.organisation_id)
    of_the_day = scans.filter(scanned_at__gte=begins, scanned_at__lt=ends, label__isnull=False)
    return of_the_day.exclude(outcome="discrepancy").values("label__bag_id").distinct().count()


def _is_over() -> Q:
    limit = timezone.localtime(timezone.now() - collection_rules().judge_after)
    return Q(on__lt=limit.date()) | Q(on=limit.date(), closes__lte=limit.time())


def _locked(visits: QuerySet[CollectionVisit]) -> QuerySet[CollectionVisit]:
    """Locked, without those that somebody else has: he judges or reports them."""
    return visits.select_for_update(of=("self",), skip_locked=True).select_related("organisation")


def _write(actor: Actor, visit: CollectionVisit, counted: Counted) -> str:
    state = judged(counted.waiting, counted.collected)
    if state != visit.state:
        COLLECTION.check(actor, visit.state, state)
        visit.state, visit.state_since = state, timezone.now()
    visit.waiting, visit.collected = counted.waiting, counted.collected
    visit.save(update_fields=["state", "state_since", "waiting", "collected"])
    return state


def _record(actor: Actor, number: int, missed: int) -> None:
    record(COLLECTIONS_JUDGED, actor=actor, subject=("records", "collections"), number=number, missed=missed)
