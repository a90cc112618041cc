"""A visit of the courier besides the usual ones, and one that does not take place (J9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.outbox.queue import queue_email
from portal.foundation.web.filters import day
from portal.organisations.models import Organisation
from portal.records.collection_sites import check_window, lock_site, lock_visit
from portal.records.events import COLLECTION_ARRANGED, COLLECTION_CANCELLED
from portal.records.messages import visit_arranged, visit_cancelled, window
from portal.records.models import CollectionVisit
from portal.records.permissions import WORK_RECORDS
from portal.records.states import COLLECTION


@dataclass(frozen=True, kw_only=True)
class ArrangeVisit:
    """One more visit. ``instead_of`` is the reference of a visit that was missed, or ''."""

    code: str
    on: date
    opens: time
    closes: time
    why: str
    instead_of: str = ""


@service(WORK_RECORDS)
def arrange_visit(actor: Actor, command: ArrangeVisit) -> CollectionVisit:
    """Arranges a visit on another day, also in place of one that was missed.

    Raises NotFound, InvalidInput, and Conflict when another visit was arranged in its place already.
    """
    check_window(command.opens, command.closes)
    problems: dict[str | None, str] = {}
    if command.on < timezone.localdate():
        problems["on"] = "Choose today or a later day."
    if not command.why.strip():
        problems["why"] = "Say why the courier comes on another day."
    if problems:
        raise InvalidInput(problems)
    site = lock_site(command.code)
    missed = _missed(site, command.instead_of) if command.instead_of else None
    if (there := CollectionVisit.objects.filter(organisation=site, on=command.on).standing().first()) is not None:
        raise InvalidInput(
            {"on": f"The courier comes on that day already, between {window(there.opens, there.closes)}."}
        )
    visit = CollectionVisit.objects.create(
        organisation=site,
        on=command.on,
        opens=command.opens,
        closes=command.closes,
        why=command.why.strip(),
        instead_of=missed,
    )
    record(COLLECTION_ARRANGED, actor=actor, subject=visit, organisation_id=site.id, on=day(visit.on), why=visit.why)
    queue_email(visit_arranged(visit))
    return visit


@service(WORK_RECORDS)
def cancel_visit(actor: Actor, reference: str, why: str) -> CollectionVisit:
    """Nobody comes; the site is told why. Raises NotFound, InvalidInput without words, Conflict after its day."""
    if not why.strip():
        raise InvalidInput({"why": "Say why the courier does not come."})
    visit = lock_visit(actor, reference)
    if visit.on < timezone.localdate():
        raise Conflict("The day of this visit is over.")
    COLLECTION.check(actor, visit.state, "cancelled")
    visit.state, visit.why, visit.state_since, visit.instead_of = "cancelled", why.strip(), timezone.now(), None
    visit.save(update_fields=["state", "state_since", "why", "instead_of"])
    record(COLLECTION_CANCELLED, actor=actor, subject=visit, organisation_id=visit.organisation_id, why=visit.why)
    queue_email(visit_cancelled(visit))
    return visit


def _missed(site: Organisation, reference: str) -> CollectionVisit:
    visits = CollectionVisit.objects.select_for_update().filter(organisation=site)
    missed: CollectionVisit | None = visits.filter(reference=reference).first()
    if missed is None:
        raise NotFound
    if missed.state not in ("missed", "partly"):
        raise Conflict(f"This visit is not one that was missed: {missed.state_label}.")
    if CollectionVisit.objects.filter(instead_of=missed).exists():
        raise Conflict("Another visit was arranged in its place already.")
    return missed
