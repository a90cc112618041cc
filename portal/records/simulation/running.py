"""Running the week, some thousand records at a time, and counting what came to light."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from portal.foundation.access import Actor, system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.invariants import Invariant, all_invariants, find_broken
from portal.records.chain import changed_links
from portal.records.finding import Identifiers
from portal.records.models import Label
from portal.records.permissions import MOVE_RECORDS, SCAN_RECORDS, VIEW_RECORDS, WORK_RECORDS
from portal.records.policy import records_policy
from portal.records.registrations.models import RegisteredPatient
from portal.records.services.match_envelope import Match, match_envelope
from portal.records.services.prepare_movement import replace_label
from portal.records.services.settle_movement import cancel_movement
from portal.records.services.take_scans import Answer, Scanned, take_scans
from portal.records.services.watch_clock import show_overdue
from portal.records.simulation.england import make_movements, make_places, numbers_of_nobody
from portal.records.simulation.judging import Judge
from portal.records.simulation.routes import FAULTS, Places, Way, inject, may_have, send_all, way_of

COHORT = 2_000  # records at a time, so that a week of England needs no more memory than an hour of it
FAULTY = 0.06  # of the bags, one fault each


@dataclass
class Tally:
    """How many faults of one kind were put in, came to light, and were shown to somebody."""

    injected: int = 0
    found: int = 0
    shown: int = 0


@dataclass
class Report:
    """What happened. ``false_alarms`` are things shown about bags with which nothing was wrong."""

    seed: int
    records: int = 0
    bags: int = 0
    scans: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in FAULTS})
    false_alarms: int = 0
    violations: list[str] = field(default_factory=list)
    seconds: float = 0
    scan_seconds: float = 0

    @property
    def scans_per_second(self) -> float:
        """How many scans the service took in a second."""
        return self.scans / self.scan_seconds if self.scan_seconds else 0.0

    @property
    def is_right(self) -> bool:
        """Whether every fault was found and shown, and nothing that must always be true was broken."""
        seen = all(each.injected == each.found == each.shown for each in self.faults.values())
        return seen and not self.violations


def simulate(
    *,
    seed: int,
    records: int,
    weeks: int = 1,
    directory: Sequence[tuple[str, str]] = (),
    tell: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Weeks of records through the real services. The database is one of its own; the caller made it and drops it.

    ``directory`` are codes and names of practices. The same seed injects the same faults. ``tell`` is called after
    each cohort.
    """
    draw = random.Random(seed)  # noqa: S311  a game of chance that must come out the same again
    report, started = Report(seed=seed), time.monotonic()
    with system_scope():
        places, numbers = make_places(directory), numbers_of_nobody()
        for _ in range(weeks):
            # Every week is the one before this moment: scans of the future are not believed.
            monday = timezone.now() - timedelta(days=14)
            for first in range(0, records, COHORT):
                cohort = _Cohort(draw, places, monday, report)
                cohort.run(numbers, min(COHORT, records - first))
                tell(report)
        report.violations += [each.invariant.code for each in find_broken(_of_records())]
        report.violations += [f"records.digests: {link}" for link, _ in changed_links()]
    report.seconds = time.monotonic() - started
    return report


def _of_records() -> list[Invariant]:
    return [each for each in all_invariants() if each.code.startswith("records.")]


class _Cohort:
    """Some thousand records with everything that happens to them in the week."""

    def __init__(self, draw: random.Random, places: Places, monday: datetime, report: Report) -> None:
        self.draw, self.places, self.monday, self.report = draw, places, monday, report
        self.actor: Actor = system_actor("Simulation", MOVE_RECORDS, SCAN_RECORDS, WORK_RECORDS, VIEW_RECORDS)
        self.answers: dict[str, list[Answer]] = {}
        self.unpacked: dict[int, Answer] = {}
        self.ways: list[Way] = []

    def run(self, numbers: Iterator[str], count: int) -> None:
        """The whole week of these records."""
        labels = make_movements(self.actor, self.draw, self.places, numbers, count, self.monday)
        bags_of = Counter(label.bag.movement_id for label in labels)
        self._faulty = self._which(len(labels))
        kinds = list(FAULTS)
        for label in labels:
            self.ways.append(self._way(label, kinds, bags_of[label.bag.movement_id]))
        self._send()
        self._unpack()
        for _ in labels:  # a portal that shows nothing must come to an end, too
            if not show_overdue(self.actor):
                break
        self.report.records += count
        self.report.bags += len(labels)
        judge = Judge(self.actor, self.ways, self.answers, self.unpacked)
        for fault, was_found, was_shown in judge.verdicts():
            tally = self.report.faults[fault.kind]
            tally.injected += 1
            tally.found += was_found
            tally.shown += was_shown
        self.report.false_alarms += judge.false_alarms()

    def _which(self, bags: int) -> set[int]:
        """The bags that something happens to: some even of a small run, so that no kind of fault is left out."""
        return set(self.draw.sample(range(bags), min(bags, max(3 * len(FAULTS), round(bags * FAULTY)))))

    def _way(self, label: Label, kinds: list[str], bags: int) -> Way:
        way = way_of(self.draw, self.places, label, self.monday)
        if len(self.ways) not in self._faulty:
            send_all(way)
            return way
        kind = next(each for each in kinds if may_have(each, way, bags))
        kinds.append(kinds.pop(kinds.index(kind)))  # the one that waited longest comes next
        if kind == "void_label":
            way = self._labelled_anew(way)
        inject(self.draw, kind, way, self.places)
        if kind == "cancelled":
            cancel_movement(self.actor, way.bag.movement.reference, "The patient came back")
        return way

    def _labelled_anew(self, way: Way) -> Way:
        old = way.label
        new = replace_label(self.actor, old.code, "Smudged")
        scans = [replace(each, code=new.code) for each in way.scans]
        return Way(new, scans, old_code=old.code)

    def _send(self) -> None:
        """All scans in the order in which they arrive, as many in a call as a call may have."""
        everything = sorted(
            (sent for way in self.ways for sent in way.sent), key=lambda sent: (sent.arrives, sent.scan.key)
        )
        call: dict[str, Scanned] = {}
        codes: set[str] = set()
        most = records_policy().scans_at_once
        for sent in everything:
            if len(call) == most or (sent.apart and sent.scan.code in codes):
                self._call(call)
                call, codes = {}, set()
            call[sent.scan.key] = sent.scan
            codes.add(sent.scan.code)
        if call:
            self._call(call)

    def _call(self, call: dict[str, Scanned]) -> None:
        started = time.monotonic()
        answers = take_scans(self.actor, list(call.values()))
        self.report.scan_seconds += time.monotonic() - started
        self.report.scans += len(answers)
        for answer in answers:
            self.answers.setdefault(answer.key, []).append(answer)
            self.report.outcomes[answer.outcome] += 1

    def _unpack(self) -> None:
        """Who unpacks a swapped bag compares the number on the envelope with the label: it is another patient's."""
        swapped = [way for way in self.ways if way.faults and way.faults[0].kind == "swapped"]
        patients = {
            each.paper_record.id: each
            for each in RegisteredPatient.objects.filter(
                paper_record__in={way.bag.movement.record_id for way in self.ways[:1] + swapped}
            ).select_related("paper_record")
        }
        for number, way in enumerate(swapped):
            others = [each for key, each in patients.items() if key != way.bag.movement.record_id]
            other = others[number % len(others)]
            practice = replace(self.actor, organisation_id=way.bag.movement.destination_organisation_id)
            envelope = Identifiers(number=other.nhs_number, born_on=other.born_on or date.min)
            matched = match_envelope(practice, Match(step="received", code=way.label.code, envelope=envelope))
            self.unpacked[way.bag.pk] = matched.answer
            self.report.scans += 1
            self.report.outcomes[matched.answer.outcome] += 1
