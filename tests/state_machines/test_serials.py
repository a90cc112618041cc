"""Random work on numbered forms: never two places for a number, never a gap (R4; issue 5).

``LONG_RUNS=1 bin/test --no-check tests/state_machines/test_serials.py`` does more than 100,000 operations.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from django.db import connection, transaction

from portal.foundation.errors import DomainError
from portal.serials.models import SerialMove, SerialRange, SerialReceipt
from portal.serials.register import ranges_in
from portal.serials.services.check_delivery import check_delivery, key_of
from portal.serials.services.keep_forms import confirm_arrival, destroy, issue, put_back, send_back
from portal.serials.services.missing_forms import report_missing, settle_missing
from portal.serials.services.warehouse import allocate, take_back, take_out
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

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OPERATIONS = 1_500
# One transaction each: PostgreSQL grows slow with very many savepoints in one.
SEEDS = range(70) if os.environ.get("LONG_RUNS") else range(1)
FORMS = 2_000
_SHIPS_EVERY = 25


def _check(model: dict[int, str]) -> None:
    """What is stored is the model, number by number, and nothing is anywhere twice or nowhere."""
    stored: dict[int, str] = {}
    for row in SerialRange.objects.all():
        for number in range(row.serials.lower - FIRST, row.serials.upper - FIRST):
            assert number not in stored, f"{number} is in two places"
            stored[number] = row.state
    assert stored == model
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_steps_loses_or_doubles_a_number(seed: int) -> None:
    """A model of 2,000 numbers beside the register. Seeded, so that the run is the same every time."""
    draw = random.Random(20261124 + seed)
    item, member = in_store(FORMS), site()
    keeper, owner, decider = staff(*KEEPER), keeper_of(member), staff("approver")
    waiting = [parcel(item, member.organisation, packs=20) for _ in range(2)]
    person = prescriber(member)
    box_of: dict[int, Consignment] = {}
    model = dict.fromkeys(range(FORMS), "in_store")
    reports: dict[str, list[int]] = {}
    done: Counter[str] = Counter()

    for turn in range(OPERATIONS):
        name = draw.choice(_DRAWN)
        source, target = _STEPS[name]
        chosen = _some(draw, model, source)
        some = numbers(item, chosen[0], len(chosen))
        if turn % _SHIPS_EVERY == 0:
            _ship(waiting.pop(0))
            waiting.append(parcel(item, member.organisation, packs=20))
        box = box_of.get(chosen[0], waiting[0]) if name in ("confirm", "take_out", "check") else draw.choice(waiting)
        fits = all(model.get(number) in source for number in chosen)
        try:
            with transaction.atomic():
                if name == "allocate":
                    allocate(keeper, box.reference, some)
                elif name == "take_out":
                    take_out(keeper, box.reference, some)
                elif name == "confirm":
                    confirm_arrival(owner, box.reference, some)
                elif name == "report":
                    case = report_missing(owner, missing(some))
                    reports[case.reference] = chosen
                elif name == "check":
                    answers = {
                        key_of(row): (row, draw.choice(("here", "here", "not_delivered", "tampered")))
                        for row in ranges_in(owner, box)
                    }
                    check_delivery(owner, box.reference, {key: said for key, (_, said) in answers.items()}, "x")
                    for row, said in answers.values():
                        inside = list(range(row.serials.lower - FIRST, row.serials.upper - FIRST))
                        model.update(dict.fromkeys(inside, "at_site" if said == "here" else "missing"))
                        if said != "here":
                            found = SerialRange.objects.get(item=item, serials__contains=FIRST + inside[0])
                            reports[found.case_reference] = inside
                    done[name] += 1
                    continue
                elif name == "issue_named":
                    issue(owner, some, "", person.reference)
                elif name == "settle":
                    if not reports:
                        continue
                    reference = draw.choice(sorted(reports))
                    outcome = draw.choice(("found", "found", "lost"))
                    settle_missing(decider, reference, outcome, "Looked.")
                    for number in reports.pop(reference):
                        model[number] = "at_site" if outcome == "found" else "lost"
                    done[name] += 1
                    continue
                else:
                    _AT_THE_SITE[name](owner, some) if name != "take_back" else take_back(keeper, "LEEDS", some)
        except DomainError:
            done[f"{name} refused"] += 1
            if name in ("allocate", "take_out", "confirm", "report", "check"):
                continue  # a full box or another box is a reason of its own
            assert not fits, f"{name} of {chosen} was refused"
            continue
        assert fits, f"{name} of {chosen} went through"
        done[name] += 1
        for number in chosen:
            model[number] = target
            if name == "allocate":
                box_of[number] = box
        if turn % 100 == 0:
            _check(model)
    _check(model)
    print(f"{sum(done.values())} operations: {dict(sorted(done.items()))}")
    assert SerialReceipt.objects.count() == 1 and SerialMove.objects.count() > OPERATIONS // 20
    assert {"allocate", "confirm", "issue", "report", "settle", "destroy", "check", "issue_named"} <= done.keys()


def _some(draw: random.Random, model: dict[int, str], source: tuple[str, ...]) -> list[int]:
    """Some numbers that follow each other: mostly such that the step can be taken, sometimes any."""
    first = draw.randrange(FORMS)
    for _ in range(60 if draw.random() < 0.8 else 0):
        if model[first] in source:
            break
        first = draw.randrange(FORMS)
    count = draw.choice((1, 1, 2, 5, 10, 40))
    chosen = list(range(first, min(first + count, FORMS)))
    if draw.random() < 0.8:
        fitting = next((at for at, number in enumerate(chosen) if model[number] not in source), len(chosen))
        chosen = chosen[: max(1, fitting)]
    return chosen


def _ship(box: Consignment) -> Consignment:
    """The consignment leaves the store with the numbers it has."""
    Consignment.objects.filter(pk=box.pk).update(state="dispatched", carrier="Van", dispatched_at=box.created_at)
    return box


_STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "allocate": (("in_store",), "allocated"),
    "take_out": (("allocated",), "in_store"),
    "confirm": (("allocated",), "at_site"),
    "issue": (("at_site",), "issued"),
    "issue_named": (("at_site",), "issued"),
    "check": (("allocated",), ""),
    "put_back": (("issued",), "at_site"),
    "send_back": (("at_site", "issued"), "returned"),
    "take_back": (("returned",), "in_store"),
    "destroy": (("at_site", "issued"), "destroyed"),
    "report": (("allocated", "at_site", "issued", "returned"), "missing"),
    "settle": (("missing",), ""),
}
# Destroying and losing end a number, so they are drawn seldom.
_DRAWN = (*(name for name in _STEPS if name not in ("destroy", "settle", "report", "check") for _ in range(8)), *_STEPS)
_AT_THE_SITE = {
    "issue": lambda owner, some: issue(owner, some, "Dr Patel"),
    "put_back": put_back,
    "send_back": lambda owner, some: send_back(owner, some, "Too many."),
    "destroy": lambda owner, some: destroy(owner, some, "Pat Lee"),
}
