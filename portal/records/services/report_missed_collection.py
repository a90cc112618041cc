"""A practice reports that nobody came for its records (J9)."""

from __future__ import annotations

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.errors import Conflict
from portal.foundation.web.filters import count, day
from portal.records.collection_rules import collection_rules
from portal.records.collection_sites import lock_visit
from portal.records.events import COLLECTION_MISSED
from portal.records.models import CollectionVisit
from portal.records.permissions import MOVE_RECORDS
from portal.records.services.judge_collections import count_bags
from portal.records.states import COLLECTION


def why_not_reported(visit: CollectionVisit) -> str:
    """Why nobody can report the visit as missed, as a sentence; '' when it can be reported."""
    if visit.reported_at is not None:
        return f"{visit.reported_by_name} has reported this visit already."
    if visit.state == "cancelled":
        return "This visit was cancelled. See the list for the next one."
    if visit.state in ("made", "partly"):
        return _was_there(visit.collected or 0)
    if timezone.now() < visit.ends_at:
        return f"The courier may still come: the visit ends at {visit.closes:%H:%M} on {day(visit.on)}."
    if timezone.localdate() - visit.on > collection_rules().report:
        return "This visit was too long ago to be reported here. Ask us instead."
    return ""


@service(MOVE_RECORDS)
def report_missed_collection(actor: Actor, reference: str, note: str) -> CollectionVisit:
    """The site says that nobody came; the operator sees it at once, among the visits to arrange again.

    Raises NotFound, and Conflict when it was reported or cancelled, when it is too early or too late, or when the
    courier's scans of that day are there.
    """
    visit = lock_visit(actor, reference)
    if sentence := why_not_reported(visit):
        raise Conflict(sentence)
    if visit.state != "missed":
        _miss(actor, visit)
    visit.reported_at, visit.reported_by_name, visit.report = timezone.now(), actor.name, note.strip()
    visit.save()
    record(
        COLLECTION_MISSED,
        actor=actor,
        subject=visit,
        organisation_id=visit.organisation_id,
        waiting=visit.waiting,
    )
    return visit


def _miss(actor: Actor, visit: CollectionVisit) -> None:
    COLLECTION.check(actor, visit.state, "missed")
    with system_scope():  # scans are the operator's
        counted = count_bags(visit)
    if counted.collected:
        raise Conflict(_was_there(counted.collected))
    visit.state, visit.state_since = "missed", timezone.now()
    visit.waiting, visit.collected = counted.waiting, 0


def _was_there(bags: int) -> str:
    return f"The courier scanned {count(bags, 'bag')} at your site on that day. Call us if nobody came."
