"""What a site reads of its standing orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.foundation.workdays.calendar import working_calendar
from portal.supplies.models import CatalogueItem, StandingDate, StandingDateOutcome, StandingLine, StandingOrder
from portal.supplies.permissions import VIEW_QUEUE
from portal.supplies.services.set_up_standing_order import excluded

SHOWN_DATES = 3
SHOWN_OUTCOMES = 20


@dataclass(frozen=True, kw_only=True)
class ComingDate:
    """A date that comes: the day that was asked for, the working day of the order, whether it is skipped."""

    day: date
    ordered_on: date
    skipped: bool


def standing_orders_of(actor: Actor) -> QuerySet[StandingOrder]:
    """The site's standing orders, newest first, with their lines; two queries."""
    lines = StandingLine.objects.select_related("item", "item__replaced_by").order_by("item__category", "item__name")
    rows: QuerySet[StandingOrder] = StandingOrder.objects.visible_to(actor)
    return rows.prefetch_related(Prefetch("lines", queryset=lines)).order_by("-id")


def standing_order(actor: Actor, reference: str) -> StandingOrder:
    """One of them. Raises NotFound."""
    found = standing_orders_of(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def outcomes_of(standing: StandingOrder) -> list[StandingDate]:
    """What became of its last dates, newest first."""
    today = timezone.localdate()
    past = standing.dates.select_related("order").exclude(outcome=StandingDateOutcome.SKIPPED, due_on__gt=today)
    return list(past.order_by("-due_on")[:SHOWN_OUTCOMES])


def coming_dates(standing: StandingOrder) -> list[ComingDate]:
    """Its next three dates, skipped ones among them; none once it has ended."""
    if standing.state == "ended":
        return []
    calendar, today = working_calendar(), timezone.localdate()
    skipped = set(standing.dates.filter(outcome=StandingDateOutcome.SKIPPED).values_list("due_on", flat=True))
    days = islice((day for day in standing.rhythm.dates() if day > today), SHOWN_DATES)
    return [ComingDate(day=day, ordered_on=calendar.next_working_day(day), skipped=day in skipped) for day in days]


def dates_of(actor: Actor) -> QuerySet[StandingDate]:
    """What is known of the dates of all the site's standing orders, newest first."""
    mine = StandingOrder.objects.visible_to(actor)
    rows: QuerySet[StandingDate] = StandingDate.objects.filter(standing__in=mine).select_related("standing", "order")
    return rows.order_by("-due_on", "-id")


def items_to_add(actor: Actor, standing: StandingOrder) -> list[CatalogueItem]:
    """What the site may order today and a standing order may hold, besides what is in it."""
    held = [line.item_id for line in standing.lines.all()]
    items = CatalogueItem.objects.visible_to(actor).valid_on(timezone.localdate()).exclude(id__in=held)
    return [item for item in items.order_by("name", "id") if not excluded(item)]


def broken_dates(actor: Actor, *, settled: bool = False) -> QuerySet[StandingDate]:
    """Dates over which the portal broke down, the newest first: those that wait for somebody, or the settled; staff."""
    actor.require(VIEW_QUEUE)
    rows: QuerySet[StandingDate] = StandingDate.objects.exclude(fault="").filter(settled_at__isnull=not settled)
    return rows.select_related("standing__organisation").order_by("-tried_on", "-id")


def broken_date(actor: Actor, reference: str, due_on: date) -> StandingDate:
    """One of them. Raises NotFound when the portal did not break down over it, or it was placed since."""
    actor.require(VIEW_QUEUE)
    rows = StandingDate.objects.exclude(fault="").select_related("standing__organisation")
    found = rows.filter(standing__reference=reference, due_on=due_on).first()
    if found is None:
        raise NotFound
    return found
