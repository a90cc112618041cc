"""Whether the courier came: the scans of the day tell, and nobody has to report it (J9, J27)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.outbox.queue import queue_emails
from portal.foundation.worker import one_after_another, some_at_once
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
        one_after_another(
            first=lambda: _some_at_once(_to_judge(), lambda some: judge(actor, some)),
            again=lambda: _some_at_once(_to_judge_again(), lambda some: judge_again(actor, some)),
        )


def _some_at_once(visits: QuerySet[CollectionVisit], do: Callable[[Sequence[int]], int]) -> None:
    some_at_once(list(visits.values_list("id", flat=True)), do, size=_AT_ONCE, name=lambda visit: f"visit {visit}")


@service(WORK_RECORDS)
def judge(actor: Actor, visit_ids: Sequence[int]) -> int:
    """Judges those of the visits whose window has closed; how many. A site hears by e-mail that nobody came."""
    visits = list(_locked(_to_judge().filter(id__in=visit_ids)))
    missed = [visit for visit in visits if _write(actor, visit, count_bags(visit)) == "missed"]
    if not visits:
        nothing_changed()
        return 0
    queue_emails([visit_missed(visit) for visit in missed])
    _record(actor, len(visits), len(missed))
    return len(visits)


@service(WORK_RECORDS)
def judge_again(actor: Actor, visit_ids: Sequence[int]) -> int:
    """Takes scans that came late into account, for these visits; how many of them changed.

    What waited when the visit was judged stays: bags that went with the next visit were left behind by this one.
    """
    changed = 0
    for visit in _locked(_to_judge_again().filter(id__in=visit_ids)):
        collected = count_collected(visit)
        if collected > (visit.collected or 0):
            _write(actor, visit, Counted(waiting=max(visit.waiting or 0, collected), collected=collected))
            changed += 1
    if changed:
        _record(actor, changed, 0)
    else:
        nothing_changed()
    return changed


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


def _to_judge() -> QuerySet[CollectionVisit]:
    limit = timezone.localtime(timezone.now() - collection_rules().judge_after)
    is_over = Q(on__lt=limit.date()) | Q(on=limit.date(), closes__lte=limit.time())
    return CollectionVisit.objects.filter(is_over, state="planned").order_by("on", "id")


def _to_judge_again() -> QuerySet[CollectionVisit]:
    since = timezone.localdate() - collection_rules().judge_back
    return CollectionVisit.objects.filter(on__gte=since, state__in=("nothing", "missed", "partly")).order_by("id")


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
