"""A model of numbered forms beside the register, and the steps that people take with them (R4; issue 5).

The model knows of each number its state and, while it is in a consignment, which one. A step is drawn together with
numbers that fit it; one in ten is drawn so that it must be refused, and then nothing may change.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from portal.foundation.errors import DomainError
from portal.serials.models import SerialRange
from portal.serials.register import ranges_in
from portal.serials.services.check_delivery import check_delivery, key_of
from portal.serials.services.destroy_forms import destroy
from portal.serials.services.keep_forms import confirm_arrival, issue, put_back, send_back
from portal.serials.services.missing_forms import report_missing, settle_missing
from portal.serials.services.warehouse import BookIn, Numbers, allocate, book_in, take_back, take_out
from portal.serials.tests.forms import (
    FIRST,
    KEEPER,
    in_store,
    keeper_of,
    missing,
    numbers,
    parcel,
    prescriber,
    site,
    staff,
)
from portal.supplies.models import Consignment

FORMS = 600
_PACKS = 20
_SHIPS_EVERY = 25
_CHECKS_EVERY = 100
# How often each step is drawn. Destroying and losing end a number for good, so they are drawn seldom.
_DRAWN = {
    "allocate": 10, "take_out": 4, "confirm": 8, "check": 1, "issue": 6, "issue_named": 3, "put_back": 6,
    "send_back": 6, "take_back": 8, "destroy": 1, "report": 1, "settle": 2, "book_in": 2,
}  # fmt: skip
_FROM: dict[str, tuple[str, ...]] = {
    "allocate": ("in_store",),
    "take_out": ("allocated",),
    "confirm": ("allocated",),
    "issue": ("at_site",),
    "issue_named": ("at_site",),
    "put_back": ("issued",),
    "send_back": ("at_site", "issued"),
    "take_back": ("returned",),
    "destroy": ("at_site", "issued"),
    "report": ("allocated", "at_site", "issued", "returned"),
}
_TO = {
    "allocate": "allocated", "take_out": "in_store", "confirm": "at_site", "issue": "issued", "issue_named": "issued",
    "put_back": "at_site", "send_back": "returned", "take_back": "in_store", "destroy": "destroyed",
    "report": "missing",
}  # fmt: skip
_AT_THE_SITE = ("confirm", "issue", "put_back", "send_back", "destroy", "report")


class FormsWorld:
    """One form, one site that gets it, another that has no business with it, and whoever works with it."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(20261124 + seed)
        self.item, self.member = in_store(FORMS), site()
        self.keeper, self.owner, self.decider = staff(*KEEPER), keeper_of(self.member), staff("approver")
        self.stranger = keeper_of(site())
        self.person = prescriber(self.member)
        self.state = ["in_store"] * FORMS
        self.box: dict[int, str] = {}
        self.packing = [self._parcel() for _ in range(2)]
        self.sent: set[str] = set()
        self.reports: dict[str, list[int]] = {}
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    @property
    def operations(self) -> int:
        """How many steps were taken; those that were refused do not count."""
        return self.done.total()

    def turn(self) -> None:
        """One step that must go through, or, one time in ten, one that must be refused."""
        if self.draw.random() < 0.1:
            self._wrong()
            return
        name = self.draw.choices(list(_DRAWN), list(_DRAWN.values()))[0]
        taken: Callable[[], bool] | None = getattr(self, f"_{name}", None)
        if not (taken() if taken else self._move(name)):
            return  # no number is where this step begins
        self.done[name] += 1
        if self.operations % _SHIPS_EVERY == 0:
            self._ship()
        if self.operations % _CHECKS_EVERY == 0:
            self.check()

    def check(self) -> None:
        """What is stored is the model, number by number, and nothing is anywhere twice or nowhere."""
        stored: dict[int, str] = {}
        boxes: dict[int, str] = {}
        for row in SerialRange.objects.select_related("consignment"):
            for number in range(row.serials.lower - FIRST, row.serials.upper - FIRST):
                assert number not in stored, f"{number} is in two places"
                stored[number] = row.state
                if row.state == "allocated":
                    assert row.consignment
                    boxes[number] = row.consignment.reference
        assert stored == dict(enumerate(self.state))
        assert boxes == {number: box for number, box in self.box.items() if self.state[number] == "allocated"}

    def _move(self, name: str) -> bool:
        chosen = self._some(name)
        if not chosen:
            return False
        box = self.box.get(chosen[0], "")
        if name == "allocate":
            box = self.draw.choice(self.packing)
        found = _whole(lambda: self._do(name, numbers(self.item, chosen[0], len(chosen)), box))
        if name == "report":
            self.reports[found.reference] = chosen
        for number in chosen:
            self.state[number] = _TO[name]
            if name == "allocate":
                self.box[number] = box
        return True

    def _do(self, name: str, some: Numbers, box: str, stranger: bool = False) -> object:
        owner = self.stranger if stranger else self.owner
        steps: dict[str, Callable[[], object]] = {
            "allocate": lambda: allocate(self.keeper, box, some),
            "take_out": lambda: take_out(self.keeper, box, some),
            "confirm": lambda: confirm_arrival(owner, box, some),
            "issue": lambda: issue(owner, some, "Room 3"),
            "issue_named": lambda: issue(owner, some, "", self.person.reference),
            "put_back": lambda: put_back(owner, some),
            "send_back": lambda: send_back(owner, some, "Too many."),
            "take_back": lambda: take_back(self.keeper, "LEEDS", some),
            "destroy": lambda: destroy(owner, some, "Sam Reed"),
            "report": lambda: report_missing(owner, missing(some)),
        }
        return steps[name]()

    def _check(self) -> bool:
        """A whole delivery, range by range: here, or disputed."""
        boxes = sorted({self.box[number] for number in self._where("allocated") if self.box[number] in self.sent})
        if not boxes:
            return False
        parcel = Consignment.objects.get(reference=self.draw.choice(boxes))
        rows = {key_of(row): row for row in ranges_in(self.owner, parcel)}
        said = {key: self.draw.choice(("here", "here", "not_delivered", "tampered")) for key in rows}
        _whole(lambda: check_delivery(self.owner, parcel.reference, said, "The seal was broken."))
        for key, row in rows.items():
            inside = list(range(row.serials.lower - FIRST, row.serials.upper - FIRST))
            for number in inside:
                self.state[number] = "at_site" if said[key] == "here" else "missing"
            if said[key] != "here":
                now = SerialRange.objects.get(item=self.item, serials__contains=FIRST + inside[0])
                self.reports[now.case_reference] = inside
        return True

    def _settle(self) -> bool:
        if not self.reports:
            return False
        reference = self.draw.choice(sorted(self.reports))
        outcome = self.draw.choice(("found", "found", "found", "lost"))
        _whole(lambda: settle_missing(self.decider, reference, outcome, "Looked."))
        for number in self.reports.pop(reference):
            self.state[number] = "at_site" if outcome == "found" else "lost"
        return True

    def _book_in(self) -> bool:
        """The printer's next numbers: what is destroyed and lost is made good, so that there is always work."""
        count = self.draw.choice((1, 10, 20))
        some = numbers(self.item, len(self.state), count)
        _whole(lambda: book_in(self.keeper, BookIn(numbers=some, store="LEEDS")))
        self.state += ["in_store"] * count
        return True

    def _wrong(self) -> None:
        """A step that must be refused: from a wrong place, by another site, or numbers that came in before."""
        kind = self.draw.choice(("place", "place", "stranger", "again"))
        name = self.draw.choice(list(_FROM) if kind == "place" else _AT_THE_SITE)
        if kind == "place":
            elsewhere = [at for at, state in enumerate(self.state) if state not in _FROM[name]]
            if not elsewhere:
                return  # so early that every number is still where this step begins
            chosen = self.draw.choice(elsewhere)
            first = max(0, chosen - self.draw.choice((0, 0, 1, 3)))  # the wrong one is last, after some that may fit
            job = lambda: self._do(name, numbers(self.item, first, chosen - first + 1), self.draw.choice(self.packing))  # noqa: E731
        elif kind == "stranger":
            fitting = self._some(name) or [0]
            box = self.box.get(fitting[0], self.packing[0])
            job = lambda: self._do(name, numbers(self.item, fitting[0], len(fitting)), box, stranger=True)  # noqa: E731
        else:
            name = "book_in"
            first = self.draw.randrange(len(self.state))
            job = lambda: book_in(self.keeper, BookIn(numbers=numbers(self.item, first, 30), store="LEEDS"))  # noqa: E731
        try:
            _whole(job)
        except DomainError:
            self.refused[f"{name}, {kind}"] += 1
            return
        raise AssertionError(f"{name} went through, though it was wrong ({kind})")

    def _where(self, *states: str) -> list[int]:
        return [number for number, state in enumerate(self.state) if state in states]

    def _some(self, name: str) -> list[int]:
        """Numbers that follow each other and are where the step begins; none when no number is."""
        fitting = self._where(*_FROM[name])
        if name == "take_out":
            fitting = [number for number in fitting if self.box[number] in self.packing]
        if name == "confirm":
            fitting = [number for number in fitting if self.box[number] in self.sent]
        if not fitting:
            return []
        inside = set(fitting)
        first = self.draw.choice(fitting)
        chosen, most = [first], self.draw.choice((1, 2, 5, 10, 40))
        while chosen[-1] + 1 in inside and len(chosen) < most:
            if name in ("take_out", "confirm") and self.box[chosen[-1] + 1] != self.box[first]:
                break
            chosen.append(chosen[-1] + 1)
        return chosen

    def _parcel(self) -> str:
        return parcel(self.item, self.member.organisation, packs=_PACKS).reference

    def _ship(self) -> None:
        """The oldest box leaves the store with the numbers it has, and another is begun."""
        box = self.packing.pop(0)
        left = {"state": "dispatched", "carrier": "Van", "dispatched_at": "2026-11-24T09:00Z"}
        Consignment.objects.filter(reference=box).update(**left)
        self.sent.add(box)
        self.packing.append(self._parcel())


def _whole(job: Callable[[], Any]) -> Any:
    """The job in a transaction of its own, at whose end the sum of the receipt is right, as it is at a commit."""
    with transaction.atomic():
        result = job()
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate; set constraints all deferred")
    return result
