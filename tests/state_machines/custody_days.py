"""A few practices with a few records, what people do with them, and what must hold after each step (R4; issue 4).

Whoever calls draws the numbers; each step chooses by them. Steps that are refused with a sentence count as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.foundation.errors import DomainError
from portal.foundation.invariants import all_invariants, find_broken
from portal.records.chain import changed_links
from portal.records.models import Bag, CustodyEvent, Discrepancy, Label, Movement, RecordPart, Scan
from portal.records.places import own_place
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.services.take_scans import Scanned, take_scans
from portal.records.states import FINAL, SOUGHT
from portal.records.tests.factories import a_practice, a_record, operator

PRACTICES = 4
# The nearest places of a way, and what is done with a bag there: scanned in this order, it arrives.
AT_THE_ORIGIN, AT_THE_HUB, AT_THE_END = ("bagged", "collected", "retrieved"), ("hub_in", "hub_out"), (
    "delivered", "failed", "received", "shelved",
)  # fmt: skip
KINDS = (*AT_THE_ORIGIN, *AT_THE_HUB, *AT_THE_END)


@dataclass(frozen=True)
class Drawn:
    """One scan as it was drawn. ``place`` is an index, and None for where such a scan belongs."""

    kind: str
    place: int | None = None
    hours_late: int = 0
    envelope_differs: bool = False


class Days:
    """The world. ``done`` counts the steps by name; ``moves`` and ``labels`` are kept by whoever draws."""

    def __init__(self, in_store: Sequence[bool]) -> None:
        self.hub, self.store = own_place("hub"), own_place("store")
        self.places = [*(a_practice() for _ in range(PRACTICES)), self.store, self.hub]
        self.records = [
            a_record(self.store if stored else self.places[number % PRACTICES], parts=1 + number % 2)
            for number, stored in enumerate(in_store)
        ]
        self.clock = timezone.now() - timedelta(days=20)
        self.sent: list[Scanned] = []
        self.links = 0
        self.done: Counter[str] = Counter()

    def do(self, name: str, verb: Callable[..., Any], *arguments: Any) -> Any:
        """Carries a step out, or sees it refused with a sentence and returns None."""
        try:
            with transaction.atomic():
                result = verb(operator(), *arguments)
        except DomainError as refusal:
            name += " refused" if refusal.sentence else " refused without a word"
            self.done[name] += 1
            return None
        self.done[name] += 1
        return result

    def start(self, record: int, destination: int) -> Movement | None:
        """A record is to go elsewhere; at times it is on its way already."""
        chosen = self.records[record % len(self.records)]
        part = RecordPart.objects.select_related("holder").filter(record=chosen).order_by("number")[0]
        practices = [each for each in self.places[: PRACTICES + 1] if each != part.holder]
        to = practices[destination % len(practices)]
        command = StartMovement(record=chosen, origin=part.holder, destination=to, reason="requested")
        movement: Movement | None = self.do("start", start_movement, command)
        return movement

    def scan(self, labels: Sequence[str], drawn: Sequence[Drawn], shuffled: Sequence[int]) -> None:
        """So many scans in one call, in any order."""
        known = Label.objects.select_related("bag__movement__origin", "bag__movement__destination").in_bulk(
            labels, field_name="code"
        )
        self.sent = [self._scan(code, known.get(code), one) for code, one in zip(labels, drawn, strict=True)]
        self.send([self.sent[position] for position in shuffled])

    def send(self, scans: list[Scanned]) -> None:
        """Scans in one call. Each is answered, and what does not fit is shown."""
        for answer in self.do("scan", take_scans, scans):
            self.done[answer.outcome] += 1
            for kind in answer.discrepancies:
                self.done[kind] += 1
                label = Scan.objects.select_related("label").get(key=answer.key).label
                shown = Discrepancy.objects.filter(kind=kind, bag=label.bag_id if label else None)
                assert shown.exists(), f"{kind} was found, and nobody is told"

    def again(self) -> None:
        """The last call comes once more: nothing changes."""
        if self.sent:
            before = self._everything()
            answers = self.do("again", take_scans, self.sent)
            assert {answer.outcome for answer in answers} == {"repeated"}
            assert self._everything() == before

    def goes_astray(self, label: str, place: int, kind: str) -> None:
        """A bag on its way comes to a practice that neither sends nor takes it, and somebody must be told."""
        bag = Bag.objects.select_related("movement", "part").get(labels__code=label)
        ends = (bag.movement.origin_id, bag.movement.destination_id)
        wrong = [each for each in self.places[:PRACTICES] if each.id not in ends]
        scan = self._scan(label, None, Drawn(kind))
        self.sent = [Scanned(**{**vars(scan), "place": wrong[place % len(wrong)]})]
        self.send(self.sent)

    def under_way(self) -> list[str]:
        """Labels of bags that are neither at their end nor looked for, the oldest first."""
        found = Label.objects.filter(voided_at=None).exclude(bag__state__in=(*FINAL, *SOUGHT))
        return list(found.order_by("id").values_list("code", flat=True))

    def _now(self) -> datetime:
        self.clock += timedelta(minutes=7)
        return self.clock

    def _scan(self, code: str, label: Label | None, drawn: Drawn) -> Scanned:
        place = self.places[(drawn.place or 0) % len(self.places)]
        if drawn.place is None and label is not None:
            movement = label.bag.movement
            place = movement.origin if drawn.kind in AT_THE_ORIGIN else movement.destination
            place = self.hub if drawn.kind in AT_THE_HUB else place
        at = self._now() - timedelta(hours=drawn.hours_late)
        key = f"{len(self.done)}-{self.clock.isoformat()}"
        return Scanned(key=key, kind=drawn.kind, code=code, place=place, at=at, envelope_differs=drawn.envelope_differs)

    def _everything(self) -> list[Any]:
        parts = RecordPart.objects.order_by("id").values_list("id", "holder_id", "state", "sequence")
        bags = Bag.objects.order_by("id").values_list("id", "state", "state_since")
        return [*parts, *bags, CustodyEvent.objects.count(), Scan.objects.count(), Discrepancy.objects.count()]

    # What must hold

    def told(self) -> None:
        """No link is ever taken away, and a bag on its way that is at a wrong practice is shown to somebody."""
        links = CustodyEvent.objects.count()
        assert links >= self.links, "a link of the chain is gone"
        self.links = links
        misplaced = Bag.objects.exclude(state__in=(*FINAL, *SOUGHT)).filter(part__holder__kind="practice")
        for bag in misplaced.select_related("part", "movement"):
            if bag.part.holder_id not in (bag.movement.origin_id, bag.movement.destination_id):
                self.done["misplaced"] += 1
                shown = Discrepancy.objects.filter(bag=bag, kind="wrong_place")
                assert shown.exists(), "a bag is at a wrong place, and nobody is told"

    def check(self) -> None:
        """Every constraint, every invariant, every digest; and the state of a part is that of its bag."""
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate; set constraints all deferred")
        assert find_broken([each for each in all_invariants() if each.code.startswith("records.")]) == []
        assert list(changed_links()) == []
        for bag in Bag.objects.filter(state__in=SOUGHT).select_related("part"):
            assert bag.part.state == bag.state
        self.told()
