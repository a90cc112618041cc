"""What staff reads about waves and manifests; a fixed number of queries a page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, F, Min, QuerySet, Sum
from django.db.models.functions import Left, Trim, TruncDate, Upper
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.foundation.of_each import of_each
from portal.supplies.models import Consignment, ConsignmentLine, Order, PickWave
from portal.supplies.permissions import VIEW_QUEUE
from portal.supplies.routes import Route, route_of
from portal.supplies.warehouse_selectors import with_packs

MOST_ORDERS = 20
MANIFEST_DAYS = 14
# What ``route_of`` reads of a postcode, so that orders are grouped by it before they are read.
_AREA = Left(Upper(Trim("delivery_postcode")), 2)


@dataclass(frozen=True, kw_only=True)
class PlannedWave:
    """Orders that one walk could pick."""

    store: str
    store_name: str
    route: Route
    orders: int
    promised_on: date | None


def planned_waves(actor: Actor) -> list[PlannedWave]:
    """The groups that could be picked now, those promised first first; one query."""
    actor.require(VIEW_QUEUE)
    rows = (
        Order.objects.exclude(pick_store=None)
        .annotate(area=_AREA)
        .order_by()
        .values("pick_store__code", "pick_store__name", "area")
        .annotate(number=Count("id"), first=Min("promised_on"))
    )
    groups: dict[tuple[str, str, Route], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["pick_store__code"], row["pick_store__name"], route_of(row["area"])].append(row)
    waves = [
        PlannedWave(
            store=store,
            store_name=name,
            route=route,
            orders=sum(row["number"] for row in areas),
            promised_on=min((row["first"] for row in areas if row["first"]), default=None),
        )
        for (store, name, route), areas in groups.items()
    ]
    return sorted(waves, key=lambda each: (each.promised_on or date.max, each.store, each.route))


def oldest_of_wave(actor: Actor, store: str, route: Route) -> list[int]:
    """The ids of the oldest orders that this store can pick for the round, ``MOST_ORDERS`` at most; one query."""
    actor.require(VIEW_QUEUE)
    waiting = Order.objects.filter(pick_store__code=store).order_by("id").values_list("id", "delivery_postcode")
    of_round = (order_id for order_id, postcode in waiting.iterator() if route_of(postcode) == route)
    return list(islice(of_round, MOST_ORDERS))


def list_waves(actor: Actor) -> QuerySet[PickWave]:
    """The waves that were begun, newest first, with their consignments and how many wait to be picked."""
    actor.require(VIEW_QUEUE)
    size = of_each(Consignment.objects.all(), "wave", Count("id"))
    return PickWave.objects.select_related("store").annotate(size=size).order_by("-id")


def find_wave(actor: Actor, reference: str) -> PickWave:
    """One wave. Raises NotFound."""
    found = list_waves(actor).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def consignments_of(actor: Actor, wave: PickWave) -> QuerySet[Consignment]:
    """The wave's consignments with their packs to pick and picked."""
    found: QuerySet[Consignment] = Consignment.objects.visible_to(actor).filter(wave=wave)  # type: ignore[attr-defined]
    return with_packs(found.select_related("order", "organisation", "store")).order_by("id")


def wave_lines(actor: Actor, wave: PickWave) -> list[ConsignmentLine]:
    """Everything to take on the walk, shelf by shelf, then consignment by consignment."""
    actor.require(VIEW_QUEUE)
    lines = ConsignmentLine.objects.filter(consignment__wave=wave, consignment__state="picking")
    return list(
        lines.select_related("line", "level__item", "consignment__order")
        .prefetch_related("batch_picks__batch")
        .order_by(F("level__location").asc(nulls_last=True), "line__item_code", "consignment_id")
    )


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a carrier took on one day."""

    day: date
    carrier: str
    consignments: int
    packages: int


def manifests(actor: Actor) -> list[Manifest]:
    """The carriers' days of the last two weeks, newest first; one query."""
    begin = timezone.localdate() - timedelta(days=MANIFEST_DAYS)
    rows = (
        _dispatched(actor, begin, timezone.localdate())
        .annotate(day=TruncDate("dispatched_at", tzinfo=timezone.get_default_timezone()))
        .order_by()
        .values("day", "carrier")
        .annotate(number=Count("*"), in_all=Sum("packages"))
    )
    found = [
        Manifest(day=row["day"], carrier=row["carrier"], consignments=row["number"], packages=row["in_all"])
        for row in rows
    ]
    return sorted(found, key=lambda each: (-each.day.toordinal(), each.carrier))


def manifest_lines(actor: Actor, carrier: str, day: date) -> list[Consignment]:
    """The consignments that a carrier took on a day. Raises NotFound when there is none."""
    found = _dispatched(actor, day, day).filter(carrier=carrier)
    lines = list(found.select_related("order", "organisation", "store").order_by("id"))
    if not lines:
        raise NotFound
    return lines


def _dispatched(actor: Actor, first: date, last: date) -> QuerySet[Consignment]:
    actor.require(VIEW_QUEUE)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    found: QuerySet[Consignment] = Consignment.objects.visible_to(actor)  # type: ignore[attr-defined]
    return found.filter(dispatched_at__gte=begin, dispatched_at__lt=end)
