"""The way of one bag, and what goes wrong on it: pure, drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from portal.records.models import Bag, Holder, Label
from portal.records.services.take_scans import Scanned

# What is injected, and in words what it stands for. Every one must be found, and shown to somebody.
FAULTS = {
    "lost_scan": "A scan that changes hands never comes",
    "lost_step": "A scan never comes whose fact the next scan proves",
    "lost_bag": "The bag is never scanned again",
    "repeated": "A device sends a scan again",
    "doubled": "A bag is scanned twice at one step",
    "late": "A scan comes after the one that follows it",
    "misdelivered": "A bag is delivered to another practice",
    "swapped": "Two bags hold each other's records, seen at unpacking",
    "unknown_label": "A label that nobody made",
    "void_label": "A label that had been made void",
    "cancelled": "A bag is collected though its movement was cancelled",
}
_HANDS = ("collected", "retrieved", "hub_in", "hub_out")
_PROVED = ("bagged", "delivered")


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a bag can come by."""

    courier: Holder
    hubs: tuple[Holder, ...]
    store: Holder
    practices: tuple[Holder, ...]


@dataclass(frozen=True)
class Sent:
    """A scan, and when it reaches the portal. ``apart``: not in one call with another scan of its bag."""

    arrives: datetime
    scan: Scanned
    apart: bool = False


@dataclass(kw_only=True)
class Fault:
    """One fault: what was injected into which bag, at which step, and the keys of the scans that show it."""

    kind: str
    bag: Bag | None
    step: str = ""
    place: Holder | None = None
    key: str = ""


@dataclass
class Way:
    """The scans of one bag in the order of their times, and what goes wrong. ``old_code`` is of a void label."""

    label: Label
    scans: list[Scanned]
    old_code: str = ""
    sent: list[Sent] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def bag(self) -> Bag:
        """The bag that the label names."""
        return self.label.bag


def way_of(draw: random.Random, places: Places, label: Label, monday: datetime) -> Way:
    """How the bag travels when nothing goes wrong: six to eight scans within the week."""
    movement = label.bag.movement
    origin, destination = movement.origin, movement.destination
    hubs = list(places.hubs if draw.random() < 0.6 else places.hubs[:1])
    steps = [("retrieved", origin)] if origin.kind == "store" else [("bagged", origin), ("collected", origin)]
    for hub in hubs:
        steps += [("hub_in", hub), ("hub_out", hub)]
    last = ("shelved",) if destination.kind == "store" else ("delivered", "received")
    steps += [(kind, destination) for kind in last]
    at = monday + timedelta(minutes=draw.randrange(2 * 24 * 60))
    scans = []
    for number, (kind, place) in enumerate(steps):
        at += timedelta(minutes=draw.randrange(30, 14 * 60), seconds=number)
        scans.append(
            Scanned(key=f"{label.code}-{number}", kind=kind, code=label.code, place=place, at=at, device=place.code)
        )
    return Way(label, scans)


def send_all(way: Way) -> None:
    """Nothing goes wrong: every scan arrives when it is made."""
    way.sent = [Sent(scan.at, scan) for scan in way.scans]


def may_have(kind: str, way: Way, bags: int) -> bool:
    """Whether this fault can happen on this way; ``bags`` is how many the movement has."""
    kinds = {scan.kind for scan in way.scans}
    to_practice = way.bag.movement.destination.kind == "practice"
    from_practice = way.bag.movement.origin.kind == "practice"
    return {
        "lost_step": bool(kinds & set(_PROVED)),
        "misdelivered": to_practice,
        "swapped": to_practice,
        # These are done by people before the courier comes; a cancellation ends all bags of a movement.
        "void_label": from_practice,
        "cancelled": from_practice and bags == 1,
    }.get(kind, True)


def inject(draw: random.Random, kind: str, way: Way, places: Places) -> None:
    """Makes ``kind`` happen on this way. ``void_label`` and ``cancelled`` also need something done before (see run)."""
    send_all(way)
    fault = _INJECT[kind](draw, way, places)
    fault.kind = kind
    way.faults.append(fault)


def _drop(way: Way, scan: Scanned) -> None:
    way.sent = [each for each in way.sent if each.scan.key != scan.key]


def _lost_scan(draw: random.Random, way: Way, places: Places) -> Fault:
    scan = draw.choice([each for each in way.scans if each.kind in _HANDS])
    _drop(way, scan)
    return Fault(kind="", bag=way.bag, step=scan.kind, place=scan.place, key=scan.key)


def _lost_step(draw: random.Random, way: Way, places: Places) -> Fault:
    scan = draw.choice([each for each in way.scans if each.kind in _PROVED])
    _drop(way, scan)
    following = way.scans[way.scans.index(scan) + 1]
    return Fault(kind="", bag=way.bag, step=following.kind, place=following.place, key=following.key)


def _lost_bag(draw: random.Random, way: Way, places: Places) -> Fault:
    first = draw.randrange(1, len(way.scans))
    for scan in way.scans[first:]:
        _drop(way, scan)
    return Fault(kind="", bag=way.bag, step=way.scans[first].kind)


def _repeated(draw: random.Random, way: Way, places: Places) -> Fault:
    scan = draw.choice(way.scans)
    way.sent.append(Sent(scan.at + timedelta(hours=draw.randrange(1, 72)), scan, apart=True))
    return Fault(kind="", bag=way.bag, step=scan.kind, key=scan.key)


def _doubled(draw: random.Random, way: Way, places: Places) -> Fault:
    scan = draw.choice(way.scans)
    again = replace(scan, key=f"{scan.key}-twice", at=scan.at + timedelta(seconds=20))
    way.sent.append(Sent(again.at, again))
    return Fault(kind="", bag=way.bag, step=scan.kind, key=again.key)


def _late(draw: random.Random, way: Way, places: Places) -> Fault:
    which = draw.randrange(len(way.scans) - 1)
    scan, following = way.scans[which], way.scans[which + 1]
    _drop(way, scan)
    way.sent.append(Sent(following.at + timedelta(hours=draw.randrange(1, 48)), scan, apart=True))
    return Fault(kind="", bag=way.bag, step=scan.kind, key=scan.key)


def _misdelivered(draw: random.Random, way: Way, places: Places) -> Fault:
    movement = way.bag.movement
    others = [each for each in places.practices if each.id not in (movement.origin_id, movement.destination_id)]
    wrong = draw.choice(others)
    right = next(each for each in way.scans if each.kind == "delivered")
    there = replace(right, key=f"{right.key}-wrong", place=wrong)
    fetched = replace(right, key=f"{right.key}-back", kind="collected", place=wrong, at=right.at + timedelta(minutes=5))
    brought = replace(right, key=f"{right.key}-right", at=right.at + timedelta(minutes=25))
    _drop(way, right)
    after = [there, fetched, brought] if draw.random() < 0.7 else [there]
    if len(after) == 1:  # it stays where it should not be
        _drop(way, way.scans[-1])
    way.sent += [Sent(each.at, each) for each in after]
    return Fault(kind="", bag=way.bag, step="delivered", place=wrong, key=there.key)


def _swapped(draw: random.Random, way: Way, places: Places) -> Fault:
    """The practice compares envelope and label: see ``running``."""
    last = way.scans[-1]
    _drop(way, last)
    return Fault(kind="", bag=way.bag, step="received", place=last.place, key=last.key)


def _unknown_label(draw: random.Random, way: Way, places: Places) -> Fault:
    scan = draw.choice(way.scans)
    stray = replace(scan, key=f"{scan.key}-stray", code=f"RL-AAAA-{draw.randrange(10_000):04}")
    way.sent.append(Sent(stray.at, stray))
    return Fault(kind="", bag=None, step=scan.kind, key=stray.key)


def _void_label(draw: random.Random, way: Way, places: Places) -> Fault:
    """The new label travels; somebody scans the old one at the hub."""
    scan = next(each for each in way.scans if each.kind == "hub_in")
    old = replace(scan, key=f"{scan.key}-void", code=way.old_code, at=scan.at + timedelta(seconds=5))
    way.sent.append(Sent(old.at, old))
    return Fault(kind="", bag=way.bag, step=scan.kind, place=scan.place, key=old.key)


def _cancelled(draw: random.Random, way: Way, places: Places) -> Fault:
    """All that comes is the collection."""
    scan = next(each for each in way.scans if each.kind == "collected")
    way.sent = [Sent(scan.at, scan)]
    return Fault(kind="", bag=way.bag, step=scan.kind, place=scan.place, key=scan.key)


_INJECT = {
    "lost_scan": _lost_scan,
    "lost_step": _lost_step,
    "lost_bag": _lost_bag,
    "repeated": _repeated,
    "doubled": _doubled,
    "late": _late,
    "misdelivered": _misdelivered,
    "swapped": _swapped,
    "unknown_label": _unknown_label,
    "void_label": _void_label,
    "cancelled": _cancelled,
}
