"""Scans of bags of temporary residents' forms: devices and calls are those of records, the states their own (J11).

A part of ``take_scans``: it keeps the scans, and this says what each did to a bag and moves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit import build_event
from portal.foundation.audit.models import AuditEvent
from portal.records.models import CollectionDay, Holder
from portal.records.ruling import Ruling
from portal.records.temporary_residents.bags import move_bag
from portal.records.temporary_residents.events import BAG_ARRIVED, BAG_COLLECTED
from portal.records.temporary_residents.models import PaperBag
from portal.records.temporary_residents.rules import form_rules

_ARRIVED = ("arrived", "emptied")
_BROUGHT = ("hub_in", "delivered", "received")


def judge_bag(kind: str, place: Holder, at: datetime, bag: PaperBag) -> Ruling:
    """What a scan does to a bag of forms. Pure. It goes to a hub and nowhere else."""
    if bag.state == "void":
        return Ruling(outcome="discrepancy", discrepancies=("void_label",))
    if kind == "collected":
        return _collected(place, at, bag)
    if kind in _BROUGHT:
        if place.kind != "hub":
            return Ruling(outcome="discrepancy", discrepancies=("wrong_place",))
        return Ruling(outcome="already") if bag.state in _ARRIVED else Ruling(outcome="applied", state="arrived")
    if kind == "failed" and bag.state == "handed_over":
        return Ruling(outcome="already")  # the courier keeps it
    return Ruling(outcome="discrepancy", discrepancies=("not_where_known",))


def _collected(place: Holder, at: datetime, bag: PaperBag) -> Ruling:
    if bag.state in _ARRIVED or (bag.state == "missing" and at < bag.state_since):
        return Ruling(outcome="late")
    if bag.state == "handed_over" and bag.collected_at is not None:
        return Ruling(outcome="already")
    found = () if place.organisation_id == bag.organisation_id else ("not_where_known",)
    return Ruling(outcome="applied", state="handed_over", discrepancies=found)


@dataclass
class ScannedBags:
    """The bags of forms that the codes of one call name, locked, and written in the end. The caller sees every row."""

    actor: Actor
    codes: Iterable[str]
    events: list[AuditEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = PaperBag.objects.select_for_update(of=("self",)).filter(reference__in=set(self.codes)).order_by("id")
        self.bags = {bag.reference: bag for bag in rows}
        self._changed: dict[int, PaperBag] = {}

    def take(self, code: str, scan: Any, at: datetime, courier: Holder) -> Ruling | None:
        """Judges a scan and moves the bag, in memory; None when the code names no such bag. Raises Refused."""
        bag = self.bags.get(code)
        if bag is None:
            return None
        ruling = judge_bag(scan.kind, scan.place, at, bag)
        if ruling.state:
            self._move(bag, ruling.state, at, courier)
        return ruling

    def _move(self, bag: PaperBag, state: str, at: datetime, courier: Holder) -> None:
        if bag.state != state:  # the practice may have said so before
            move_bag(self.actor, bag, state)
        event = BAG_ARRIVED
        if state == "handed_over":
            event = BAG_COLLECTED
            bag.collected_at, bag.courier = at, courier
            bag.due_on = bag.due_on or form_rules().bag_arrives_by(timezone.localdate())
        self._changed[bag.pk] = bag
        self.events.append(build_event(event, actor=self.actor, subject=bag, organisation_id=bag.organisation_id))

    def write(self) -> None:
        """Saves the bags that were moved; few of a call are bags of forms."""
        for bag in self._changed.values():
            bag.save(update_fields=["state", "state_since", "state_by_name", "due_on", "collected_at", "courier"])


def waiting_bags(sites: Iterable[int]) -> list[tuple[str, str]]:
    """Code of the site and of the label, of bags that a practice gave to the courier and nobody has scanned.

    Of these sites, and of those without days of the courier. The caller may see every row.
    """
    days = CollectionDay.objects.filter(organisation=OuterRef("organisation"))
    today = Q(organisation__in=list(sites)) | ~Exists(days)
    return list(_to_collect().filter(today).values_list("organisation__code", "reference"))


def waiting_at(place: Holder) -> list[str]:
    """The codes of the bags that wait at one place. The caller may see every row."""
    if place.organisation_id is None:
        return []
    return list(_to_collect().filter(organisation_id=place.organisation_id).values_list("reference", flat=True))


def carried_by(courier: Holder) -> list[str]:
    """The codes of the bags that the courier brings to a hub. The caller may see every row."""
    carried = PaperBag.objects.filter(state="handed_over", courier=courier).order_by("state_since", "id")
    return list(carried.values_list("reference", flat=True))


def _to_collect() -> Any:
    return PaperBag.objects.filter(state="handed_over", collected_at=None).order_by("state_since", "id")
