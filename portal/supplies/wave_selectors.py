"""What staff reads about waves and manifests; a fixed number of queries a page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.errors import NotFound
from portal.supplies.models import Consignment, ConsignmentLine, Order, PickWave, Reservation
from portal.supplies.permissions import VIEW_QUEUE
from portal.supplies.routes import Route, route_of
from portal.supplies.services.start_picking import PICKABLE

MOST_ORDERS = 20
LOOKED_AT = 2_000  # the oldest orders; a warehouse with more to pick starts with these
MANIFEST_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class OrderToPick:
    """An order with stock put aside: where it lies first, and who is to take it."""

    order_id: int
    store: str
    store_name: str
    route: Route
    promised_on: date | None


@dataclass(frozen=True, kw_only=True)
class PlannedWave:
    """Orders that one walk could pick."""

    store: str
    store_name: str
    route: Route
    orders: int
    promised_on: date | None


def orders_to_pick(actor: Actor) -> list[OrderToPick]:
    """The oldest orders that can be picked, oldest first; two queries at most."""
    actor.require(VIEW_QUEUE)
    put_aside = Reservation.objects.filter(line__order=OuterRef("pk"), line__state__in=PICKABLE)
    oldest = Order.objects.filter(Exists(put_aside), state__in=[*PICKABLE, "picking"]).order_by("id")
    rows = (
        Reservation.objects.filter(line__state__in=PICKABLE, line__order__in=oldest.values("id")[:LOOKED_AT])
        .order_by("line__order_id", "level__store__priority", "level__store_id")
        .distinct("line__order_id")
        .values_list(
            "line__order_id", "level__store__code", "level__store__name", "line__order__delivery_postcode",
            "line__order__promised_on",
        )
    )  # fmt: skip
    return [
        OrderToPick(order_id=order_id, store=store, store_name=name, route=route_of(postcode), promised_on=promised)
        for order_id, store, name, postcode, promised in rows
    ]


def planned_waves(actor: Actor) -> list[PlannedWave]:
    """The groups that could be picked now, those promised first first."""
    groups: dict[tuple[str, str, Route], list[OrderToPick]] = defaultdict(list)
    for each in orders_to_pick(actor):
        groups[each.store, each.store_name, each.route].append(each)
    waves = [
        PlannedWave(
            store=store,
            store_name=name,
            route=route,
            orders=len(orders),
            promised_on=min((each.promised_on for each in orders if each.promised_on), default=None),
        )
        for (store, name, route), orders in groups.items()
    ]
    return sorted(waves, key=lambda each: (each.promised_on or date.max, each.store, each.route))


def list_waves(actor: Actor) -> QuerySet[PickWave]:
    """The waves that were begun, newest first, with their consignments and how many wait to be picked."""
    actor.require(VIEW_QUEUE)
    inside = Consignment.objects.filter(wave=OuterRef("pk")).order_by().values("wave")
    size = Coalesce(Subquery(inside.annotate(number=Count("id")).values("number")), 0)
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
    return (
        found.select_related("order", "organisation", "store")
        .annotate(wanted=Sum("lines__quantity"), picked=Sum("lines__picked"))
        .order_by("id")
    )


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
        .annotate(number=Count("id"), in_all=Sum("packages"))
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
