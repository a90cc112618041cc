"""Taking in scans, many at once, in whatever order they come (J26, J27, R3)."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import F
from django.utils import timezone

from portal.foundation.access import Actor, service
from portal.foundation.access.row_security import system_scope
from portal.foundation.audit import record
from portal.foundation.audit.models import AuditEvent
from portal.foundation.audit.record import record_many
from portal.foundation.bulk_writing import write_changes, write_new
from portal.foundation.errors import InvalidInput
from portal.records.chain import CHANGED_BY_A_LINK, HandOver, link
from portal.records.events import SCANS_TAKEN
from portal.records.models import Bag, CustodyEvent, Discrepancy, Holder, Label, Movement, RecordPart, Scan
from portal.records.models.discrepancy import DISCREPANCIES
from portal.records.models.scan import FAILED_BECAUSE, SCAN_KINDS
from portal.records.permissions import SCAN_RECORDS
from portal.records.places import own_place
from portal.records.policy import records_policy
from portal.records.reference import plain
from portal.records.ruling import Known, Ruling, Seen, judge
from portal.records.stepping import BAG_FIELDS, MOVEMENT_FIELDS, PART_FIELDS, Step, derive, take_steps, tell_registers
from portal.records.temporary_residents.scanned_bags import ScannedBags

# What is written down for somebody to look at, and holds no bag up.
_ONLY_NOTED = ("missing_scan", "found_again")


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """One scan as a device sends it. ``key`` makes it count once; ``envelope_differs`` after a look at the envelope.

    ``reason`` is a key of ``scan.FAILED_BECAUSE``, for a delivery that failed.
    """

    key: str
    kind: str
    code: str
    place: Holder
    at: datetime
    device: str = ""
    courier: Holder | None = None
    envelope_differs: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one scan: an outcome of ``scan.OUTCOMES``, or ``repeated``, and what does not fit."""

    key: str
    outcome: str
    discrepancies: tuple[str, ...] = ()

    @property
    def wrong(self) -> list[str]:
        """In words, why the bag must be put aside; empty when it may go on."""
        return [DISCREPANCIES[kind] for kind in self.discrepancies if kind not in _ONLY_NOTED]

    @property
    def noted(self) -> list[str]:
        """In words, what was written down and holds no bag up."""
        return [DISCREPANCIES[kind] for kind in self.discrepancies if kind in _ONLY_NOTED]


@service(SCAN_RECORDS)
def take_scans(actor: Actor, scans: Sequence[Scanned]) -> list[Answer]:
    """Takes in the scans of one call, all or none, and answers each in the order given.

    A scan that was taken before is answered as it was then. Within the call they are taken in the order of their
    times. Raises InvalidInput for an empty or too long list, an unknown kind, or a key that names two scans.
    """
    with system_scope():  # a bag may turn up with anybody
        return take(actor, scans)


def take(actor: Actor, scans: Sequence[Scanned]) -> list[Answer]:
    """The part of it that other services use: they have checked who may scan, and may see every row."""
    _check(scans)
    _one_at_a_time(scans)
    batch = _Batch(actor, scans)
    for scan in sorted(batch.new, key=lambda each: each.at):
        batch.take(scan)
    batch.write()
    return [batch.answers[scan.key] for scan in scans]


def _check(scans: Sequence[Scanned]) -> None:
    most = records_policy().scans_at_once
    if not 0 < len(scans) <= most:
        raise InvalidInput({None: f"Send between 1 and {most} scans in one call."})
    if any(scan.kind not in SCAN_KINDS for scan in scans):
        raise InvalidInput({"kind": f"The kind of a scan is one of {', '.join(SCAN_KINDS)}."})
    if any(scan.reason and (scan.kind != "failed" or scan.reason not in FAILED_BECAUSE) for scan in scans):
        raise InvalidInput({"reason": "Only a delivery that failed has a reason, one of those that are known."})
    if any(not scan.key for scan in scans) or len({scan.key for scan in scans}) != len(scans):
        raise InvalidInput({"key": "Give each scan a key of its own."})


def _one_at_a_time(scans: Sequence[Scanned]) -> None:
    """Two calls with the same key, or about the same label, wait for each other; always in one order."""
    names = sorted({f"scan {scan.key}" for scan in scans})
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(%s::text[]) with ordinality"
            " as given(name, position) order by position",
            [names],
        )


@dataclass
class _Batch:
    """The scans of one call, with everything they touch, locked; written in a few statements."""

    actor: Actor
    scans: Sequence[Scanned]
    now: datetime = field(default_factory=lambda: timezone.now())
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    answers: dict[str, Answer] = field(default_factory=dict)
    rows: list[Scan] = field(default_factory=list)
    links: list[CustodyEvent] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)
    found: list[Discrepancy] = field(default_factory=list)
    parts: dict[int, RecordPart] = field(default_factory=dict)
    bags: dict[int, Bag] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for earlier in Scan.objects.filter(key__in=[scan.key for scan in self.scans]).prefetch_related("discrepancies"):
            kinds = tuple(each.kind for each in earlier.discrepancies.all())
            self.answers[earlier.key] = Answer(earlier.key, "repeated", kinds)
        self.new = [scan for scan in self.scans if scan.key not in self.answers]
        self.places: dict[str, Holder] = {"courier": own_place("courier"), "hub": own_place("hub")}
        self._lock()

    def _lock(self) -> None:
        """The movements first, in the order of their ids, then bags and parts: as every service of records does.

        Places are few and rows are many: each place is read once, and given to the rows that name it.
        """
        codes = {plain(scan.code) for scan in self.new}
        ids = set(Bag.objects.filter(labels__code__in=codes).values_list("movement_id", flat=True))
        movements = Movement.objects.select_for_update().filter(id__in=ids).order_by("id")
        self.movements = {each.id: each for each in movements}
        bags = Bag.objects.select_for_update().filter(movement_id__in=ids).order_by("id")
        self.all_bags = {each.id: each for each in bags}
        # Whoever makes a label void has locked its movement: it is read now that nobody can.
        self.labels = {each.code: each for each in Label.objects.filter(code__in=codes, bag__in=self.all_bags)}
        held = {each.part_id for each in self.all_bags.values()}
        parts = {each.id: each for each in RecordPart.objects.select_for_update().filter(id__in=held).order_by("id")}
        places = Holder.objects.in_bulk(
            {each.holder_id for each in parts.values()}
            | {place for each in self.movements.values() for place in (each.origin_id, each.destination_id)}
        )
        for movement in self.movements.values():
            movement.origin, movement.destination = places[movement.origin_id], places[movement.destination_id]
        for part in parts.values():
            part.holder = places[part.holder_id]
        for bag in self.all_bags.values():
            bag.movement, bag.part = self.movements[bag.movement_id], parts[bag.part_id]
        for label in self.labels.values():
            label.bag = self.all_bags[label.bag_id]
        self.came_from = self._came_from()
        self.bags_of_forms = ScannedBags(self.actor, codes - self.labels.keys())

    def _came_from(self) -> dict[int, str]:
        """For parts whose bag leaves a hub: who had each before the holder of now. A courier may have come by again."""
        leaving = [self.labels.get(plain(scan.code)) for scan in self.new if scan.kind == "hub_out"]
        newest = CustodyEvent.objects.filter(
            part__in=[label.bag.part_id for label in leaving if label], sequence=F("part__sequence")
        )
        return dict(newest.exclude(from_holder=None).values_list("part_id", "from_holder__code"))

    def take(self, scan: Scanned) -> None:
        """Judges one scan and does what the ruling says, in memory."""
        at = min(scan.at, self.now) if scan.at - self.now > records_policy().clock_ahead else scan.at
        label = self.labels.get(plain(scan.code))
        if label is None:
            courier = scan.courier or self.places["courier"]
            of_forms = self.bags_of_forms.take(plain(scan.code), scan, at, courier)
            unknown = Ruling(outcome="discrepancy", discrepancies=("unknown_label",))
            self._keep(scan, at, None, of_forms or unknown)
            return
        seen, known = self._seen(scan, at), _known(label, self.came_from.get(label.bag.part_id, ""))
        ruling = judge(seen, known)
        self._keep(scan, at, label, ruling)
        self._move(scan, at, label.bag, ruling)

    def _seen(self, scan: Scanned, at: datetime) -> Seen:
        return Seen(
            kind=scan.kind,
            place=scan.place.code,
            place_kind=scan.place.kind,
            at=at,
            courier=(scan.courier or self.places["courier"]).code,
            hub=self.places["hub"].code,
            envelope_differs=scan.envelope_differs,
        )

    def _keep(self, scan: Scanned, at: datetime, label: Label | None, ruling: Ruling) -> None:
        clock = "" if at == scan.at else "The device's clock was ahead"
        row = Scan(
            key=scan.key,
            kind=scan.kind,
            code=scan.code[:100],
            label=label,
            place=scan.place,
            scanned_at=at,
            received_at=self.now,
            device=scan.device[:100],
            batch=self.name,
            by_user_id=self.actor.user_id,
            by_name=self.actor.name,
            outcome=ruling.outcome,
            note="; ".join(each for each in (FAILED_BECAUSE.get(scan.reason, ""), clock) if each),
        )
        self.rows.append(row)
        self.answers[scan.key] = Answer(scan.key, ruling.outcome, ruling.discrepancies)
        for kind in ruling.discrepancies:
            self.found.append(
                Discrepancy(
                    kind=kind,
                    bag=label.bag if label else None,
                    scan=row,
                    shown_to_id=_shown_to(kind, scan, label),
                    found_at=self.now,
                    detail=f"{SCAN_KINDS[scan.kind]} at {scan.place.name}",
                )
            )

    def _move(self, scan: Scanned, at: datetime, bag: Bag, ruling: Ruling) -> None:
        holders = {
            each.code: each for each in (*self.places.values(), scan.place, *((scan.courier,) if scan.courier else ()))
        }
        for passing in ruling.passings:
            to = holders[passing.to]
            change = HandOver(
                part=bag.part,
                to=to,
                at=at,
                proof="implied" if passing.implied else "scanned",
                movement=bag.movement,
                scan_key=scan.key,
            )
            self.came_from[bag.part_id] = bag.part.holder.code
            self.links.append(link(self.actor, change))
            self.parts[bag.part_id] = bag.part
        if ruling.state and ruling.state != bag.state:
            how = f"{SCAN_KINDS[scan.kind]}, {scan.place.name}"
            step = Step(bag=bag, state=ruling.state, how=how)
            self.events += take_steps(self.actor, [step], now=max(at, bag.state_since))
            self.bags[bag.id], self.parts[bag.part_id] = bag, bag.part

    def write(self) -> None:
        """Writes everything, and the events."""
        write_new(Scan, self.rows)
        write_changes(RecordPart, self.parts.values(), [*CHANGED_BY_A_LINK, *PART_FIELDS])
        write_new(CustodyEvent, self.links)
        write_changes(Bag, self.bags.values(), BAG_FIELDS)
        self._derive()
        Discrepancy.objects.bulk_create(self.found, ignore_conflicts=True)
        self.bags_of_forms.write()
        record_many([*self.events, *self.bags_of_forms.events])
        counted = Counter(answer.outcome for answer in self.answers.values())
        record(
            SCANS_TAKEN,
            actor=self.actor,
            subject=("scans", self.name),
            number=len(self.scans),
            applied=counted["applied"],
            repeated=counted["repeated"],
            discrepancies=len(self.found),
        )

    def _derive(self) -> None:
        touched = {bag.movement_id for bag in self.bags.values()}
        bags: dict[int, list[Bag]] = {each: [] for each in touched}
        for bag in self.all_bags.values():
            if bag.movement_id in touched:
                bags[bag.movement_id].append(bag)
        changed = [
            self.movements[each]
            for each, its in bags.items()
            if derive(self.movements[each], [bag.state for bag in its], now=max(bag.state_since for bag in its))
        ]
        write_changes(Movement, changed, MOVEMENT_FIELDS)
        tell_registers(changed)


def _known(label: Label, came_from: str) -> Known:
    bag = label.bag
    return Known(
        state=bag.state,
        origin=bag.movement.origin.code,
        destination=bag.movement.destination.code,
        holder=bag.part.holder.code,
        holder_kind=bag.part.holder.kind,
        since=bag.part.since,
        came_from=came_from,
        is_void=label.voided_at is not None,
    )


def _shown_to(kind: str, scan: Scanned, label: Label | None) -> int | None:
    """The practice that can do something about it: where the bag is now, or where it should have come."""
    if kind in ("wrong_place", "wrong_patient", "not_where_known", "void_label") and scan.place.organisation_id:
        return scan.place.organisation_id
    return label.bag.movement.destination_organisation_id if label is not None else None
