"""A courier's round of a day: what to collect and to deliver where, by label codes, without a patient (J27)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import Exists, OuterRef, Q

from portal.foundation.access import Actor
from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation
from portal.records.manifest import MOST, WAITS_FOR_COURIER
from portal.records.models import CollectionDay, CollectionVisit, Holder, Label
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.policy import records_policy
from portal.records.temporary_residents.scanned_bags import carried_by, waiting_bags


@dataclass(kw_only=True)
class Stop:
    """One place of the round. ``visit`` is the time window of the day's visit, where one is planned.

    ``collect``, ``deliver`` and ``hand_in`` are codes of labels, the oldest first: bags that are ready there, bags
    that the courier has for it, and at a hub the bags that the courier collected and brings in. Bags of temporary
    residents' forms are among those to collect and to bring in.
    """

    code: str
    name: str
    kind: str
    visit: tuple[time, time] | None = None
    collect: list[str] = field(default_factory=list)
    deliver: list[str] = field(default_factory=list)
    hand_in: list[str] = field(default_factory=list)


def round_of(actor: Actor, courier: Holder, on: date) -> list[Stop]:
    """Every place at which the courier has something to do: hubs first, then by name. Raises Refused.

    A site whose days are planned is in the round on those days; one without days is whenever something is ready.
    """
    actor.require(VIEW_ALL_RECORDS)
    with system_scope():  # a courier carries everybody's bags, and reads their labels only
        visits = list(
            CollectionVisit.objects.filter(on=on)
            .exclude(state="cancelled")
            .select_related("organisation")
            .order_by("id")
        )
        collect, deliver, hand_in = _bags(courier, [visit.organisation_id for visit in visits])
        stops = _stops({*collect, *deliver})
    for visit in visits:
        site = visit.organisation
        stop = stops.setdefault(site.code, Stop(code=site.code, name=site.name, kind="practice"))
        stop.visit = (visit.opens, visit.closes)
    for stop in stops.values():
        stop.collect, stop.deliver = collect.get(stop.code, []), deliver.get(stop.code, [])
        stop.hand_in = hand_in if stop.kind == "hub" else []
    return sorted(stops.values(), key=lambda stop: (stop.kind != "hub", stop.name, stop.code))


def _bags(courier: Holder, sites: list[int]) -> tuple[dict[str, list[str]], dict[str, list[str]], list[str]]:
    """Codes of labels: to collect and to deliver, by the code of the place, and to bring to the hub."""
    valid = Label.objects.filter(voided_at=None).order_by("bag__state_since", "id")
    days = CollectionDay.objects.filter(organisation=OuterRef("bag__part__organisation"))
    today = Q(bag__part__organisation__in=sites) | ~Exists(days)
    waiting = valid.filter(WAITS_FOR_COURIER, today)
    held = valid.filter(bag__movement__ended_at=None, bag__part__holder=courier)
    return (
        _by_place([*waiting.values_list("bag__part__holder__code", "code")[:MOST], *waiting_bags(sites)]),
        _by_place(held.filter(bag__state="in_transit").values_list("bag__movement__destination__code", "code")[:MOST]),
        [*held.filter(bag__state="collected").values_list("code", flat=True)[:MOST], *carried_by(courier)],
    )


def _by_place(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for place, code in pairs:
        found[place].append(code)
    return dict(found)


def _stops(codes: set[str]) -> dict[str, Stop]:
    """The places with these codes, and every hub, also one that has had nothing yet."""
    policy = records_policy()
    usual = Stop(code=policy.hub, name=policy.names.get(policy.hub, policy.hub.title()), kind="hub")
    holders = Holder.objects.filter(Q(code__in=codes) | Q(kind="hub"))
    known = {each.code: Stop(code=each.code, name=each.name, kind=each.kind) for each in holders}
    # A practice may have forms to give, and no record yet.
    others = Organisation.objects.filter(code__in=codes - known.keys())
    new = {each.code: Stop(code=each.code, name=each.name, kind="practice") for each in others}
    return {usual.code: usual} | known | new
