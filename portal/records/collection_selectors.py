"""What pages read about the courier's visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.organisations.models import Organisation
from portal.records.models import Bag, CollectionDay, CollectionVisit, Movement
from portal.records.permissions import VIEW_ALL_RECORDS, VIEW_RECORDS

_WEEK = timedelta(days=7)
_WEEKS_BACK, _WEEKS_AHEAD = 2, 5


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What a site has for the next visit: bags that are ready, and movements that are not prepared yet."""

    ready: int
    to_prepare: int


@dataclass(frozen=True, kw_only=True)
class DayShown:
    """One day of the calendar picture. ``visit`` is None when nobody comes."""

    on: date
    visit: CollectionVisit | None
    is_today: bool


def next_visit(actor: Actor) -> CollectionVisit | None:
    """The next visit at the actor's site that is not over yet; None when none is planned. Raises Refused."""
    actor.require(VIEW_RECORDS)
    now = timezone.now()
    return next((visit for visit in _of_site(actor).coming(timezone.localdate())[:2] if visit.ends_at > now), None)


def waiting(actor: Actor) -> Waiting:
    """What the actor's site has for the courier. Two queries. Raises Refused."""
    actor.require(VIEW_RECORDS)
    leaving = Movement.objects.leaving(actor).filter(ended_at=None)  # type: ignore[attr-defined]
    ready = Bag.objects.visible_to(actor).filter(movement__in=leaving, state="ready").count()  # type: ignore[attr-defined]
    return Waiting(ready=ready, to_prepare=leaving.filter(state__in=("requested", "in_progress")).count())


def past_visits(actor: Actor) -> QuerySet[CollectionVisit]:
    """The visits up to today at the actor's site, the newest first. Raises Refused."""
    actor.require(VIEW_RECORDS)
    found = _of_site(actor).filter(on__lte=timezone.localdate()).select_related("arranged_again")
    return found.order_by("-on", "-id")  # type: ignore[no-any-return]


def coming_visits(actor: Actor) -> list[CollectionVisit]:
    """The planned visits from tomorrow on, and today's. Raises Refused."""
    actor.require(VIEW_RECORDS)
    return list(_of_site(actor).coming(timezone.localdate()))


def visit_with(actor: Actor, reference: str) -> CollectionVisit:
    """One visit that the actor may see. Raises Refused, NotFound."""
    actor.require(VIEW_ALL_RECORDS if actor.audience == "staff" else VIEW_RECORDS)
    found = CollectionVisit.objects.visible_to(actor).select_related("organisation")  # type: ignore[attr-defined]
    visit: CollectionVisit | None = found.filter(reference=reference).first()
    if visit is None:
        raise NotFound
    return visit


def calendar_of(actor: Actor) -> list[list[DayShown]]:
    """The weeks around today, Monday to Sunday, with the visits of the actor's site. One query. Raises Refused."""
    actor.require(VIEW_RECORDS)
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday()) - _WEEKS_BACK * _WEEK
    last = monday + (_WEEKS_BACK + _WEEKS_AHEAD + 1) * _WEEK - timedelta(days=1)
    visits = {visit.on: visit for visit in _of_site(actor).standing().filter(on__range=(monday, last))}
    days = [monday + timedelta(days=number) for number in range((last - monday).days + 1)]
    shown = [DayShown(on=day, visit=visits.get(day), is_today=day == today) for day in days]
    return [shown[start : start + 7] for start in range(0, len(shown), 7)]


def visits_on(actor: Actor, day: date) -> QuerySet[CollectionVisit]:
    """Every visit of a day, by the site's code. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = CollectionVisit.objects.visible_to(actor).filter(on=day).select_related("organisation")  # type: ignore[attr-defined]
    return found.order_by("organisation__code", "id")  # type: ignore[no-any-return]


def with_ready_bags(visits: Iterable[CollectionVisit]) -> list[tuple[CollectionVisit, int]]:
    """Each visit with the bags that are ready at its site now. One query."""
    rows = list(visits)
    sites = {visit.organisation_id for visit in rows}
    ready = Bag.objects.filter(movement__origin_organisation_id__in=sites, movement__ended_at=None, state="ready")
    site = "movement__origin_organisation_id"
    counts = dict(ready.values_list(site).annotate(number=Count("id")).order_by(site))
    return [(visit, counts.get(visit.organisation_id, 0)) for visit in rows]


def to_arrange(actor: Actor) -> QuerySet[CollectionVisit]:
    """Visits that were missed, or left bags behind, and for which no other visit stands. Raises Refused."""
    actor.require(VIEW_ALL_RECORDS)
    found = CollectionVisit.objects.visible_to(actor).to_arrange()  # type: ignore[attr-defined]
    return found.select_related("organisation")  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class SiteCalendar:
    """The courier's days at a site, what is planned, and how the last visits went."""

    site: Organisation
    days: list[CollectionDay]
    coming: list[CollectionVisit]
    past: list[CollectionVisit]


def calendar_of_site(actor: Actor, code: str) -> SiteCalendar:
    """One GP practice for the staff. Raises Refused, NotFound."""
    actor.require(VIEW_ALL_RECORDS)
    site = Organisation.objects.filter(code=code.upper(), contractor_type="gp").first()
    if site is None:
        raise NotFound("No GP practice has this code.")
    today = timezone.localdate()
    visits: Any = CollectionVisit.objects.filter(organisation=site)
    return SiteCalendar(
        site=site,
        days=list(CollectionDay.objects.filter(organisation=site)),
        coming=list(visits.coming(today)),
        past=list(visits.exclude(state="planned").order_by("-on", "-id")[:20]),
    )


def _of_site(actor: Actor) -> Any:
    return CollectionVisit.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)  # type: ignore[attr-defined]
