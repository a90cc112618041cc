"""Days of records in any order: scans lost, repeated, late, at the wrong place; nothing is in two places (R4; issue 4).

``LONG_RUNS=1 bin/test --no-check tests/state_machines/test_custody.py`` does more than 10,000 operations; the suite
does some hundreds. The draws are the same every time (``derandomize``), so what they reach can be asserted: the
machine that drew anew each time did not always bring a bag astray, which is why a step of its own does that.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.records.ruling import Known, Ruling, Seen, judge
from portal.records.services.prepare_movement import add_bag, make_labels, mark_ready, replace_label
from portal.records.services.settle_movement import cancel_movement, confirm_arrival, mark_missing
from tests.state_machines.custody_days import KINDS, Days, Drawn

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RUNS, STEPS = (400, 60) if os.environ.get("LONG_RUNS") else (32, 40)
LONG_RUN = 10_000
WHICH = st.integers(0, 5)
AS_IT_SHOULD_BE = st.builds(Drawn, kind=st.sampled_from(KINDS))
ANYHOW = st.builds(
    Drawn,
    kind=st.sampled_from(KINDS),
    place=WHICH,
    hours_late=st.sampled_from([0, 0, 0, 9]),
    envelope_differs=st.sampled_from([False] * 4 + [True]),
)
# Each of these must have happened somewhere in a run of the machine.
WANTED = {
    "start", "start refused", "labels", "labels refused", "ready", "bag", "void", "confirm", "confirm refused",
    "cancel", "cancel refused", "miss", "scan", "again", "misplaced",
    "applied", "already", "late", "discrepancy",
    "wrong_place", "missing_scan", "not_where_known", "late_conflict", "movement_ended", "found_again", "void_label",
    "wrong_patient", "unknown_label",
}  # fmt: skip


class Custody(RuleBasedStateMachine):
    """The machine. ``done`` counts what was carried out, what was refused, and what was found, over all runs."""

    done: ClassVar[Counter[str]] = Counter()
    labels = Bundle("labels")

    @initialize(in_store=st.lists(st.booleans(), min_size=4, max_size=4), target=labels)
    def found_the_practices(self, in_store: list[bool]) -> MultipleResults[str]:
        """Four practices and four records, two of them labelled; all of it is taken back at the end of the run."""
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.days = Days(in_store)
        self.movements = [started.reference for record in range(2) if (started := self.days.start(record, record + 1))]
        return multiple(*(code for each in self.movements for code in self._labels_of(each)))

    @rule(record=WHICH, destination=WHICH)
    def start(self, record: int, destination: int) -> None:
        """A record is asked for."""
        if movement := self.days.start(record, destination):
            self.movements.append(movement.reference)

    @rule(which=WHICH, how=st.sampled_from(["labels", "bag", "bag", "ready", "void"]), target=labels)
    def prepare(self, which: int, how: str) -> MultipleResults[str]:
        """The sender gets a movement ready, at times with one bag more."""
        movement = self.movements[-1 - which % len(self.movements)]
        if how == "ready":
            self.days.do("ready", mark_ready, movement)
            return multiple()
        if how == "bag":
            self.days.do("bag", add_bag, movement)
        printed = list(self._labels_of(movement))
        if how == "void" and printed:
            self.days.do("void", replace_label, printed[0], "Smudged")
            printed += self._labels_of(movement)  # the void one is still about, and somebody may scan it
        return multiple(*printed)

    @rule(which=WHICH, how=st.sampled_from(["confirm", "cancel", "miss", "miss", "void"]), label=labels)
    def settle(self, which: int, how: str, label: str) -> None:
        """A person brings a movement to an end, or says that a bag is not there; or a label was printed badly."""
        movement = self.movements[-1 - which % len(self.movements)]
        steps: dict[str, tuple[Any, ...]] = {
            "confirm": (confirm_arrival, movement),
            "cancel": (cancel_movement, movement, "Drawn"),
            "miss": (mark_missing, movement, 1, "Drawn"),
            "void": (replace_label, label, "Smudged"),
        }
        self.days.do(how, *steps[how])

    @rule(label=labels, scans=st.lists(AS_IT_SHOULD_BE, min_size=1, max_size=4), draw=st.data())
    def on_its_way(self, label: str, scans: list[Drawn], draw: st.DataObject) -> None:
        """Scans of one bag where they belong, some never made, sent in any order."""
        order = draw.draw(st.permutations(range(len(scans))))
        self.days.scan([label] * len(scans), scans, order)

    @rule(label=st.one_of(labels, labels, labels, st.just("RL-2222-2222")), drawn=ANYHOW)
    def anyhow(self, label: str, drawn: Drawn) -> None:
        """A scan of any kind anywhere, at times hours late, at times with somebody else's envelope in the bag."""
        self.days.scan([label], [drawn], [0])

    @precondition(lambda self: self.days.under_way())
    @rule(which=WHICH, place=WHICH, kind=st.sampled_from(["delivered", "received"]))
    def goes_astray(self, which: int, place: int, kind: str) -> None:
        """The courier leaves a bag at a practice that has nothing to do with it."""
        labels = self.days.under_way()
        self.days.goes_astray(labels[which % len(labels)], place, kind)

    @rule()
    def again(self) -> None:
        """A device sends its last call once more."""
        self.days.again()

    @invariant()
    def somebody_is_told(self) -> None:
        """After every step: a bag at a wrong place is shown to somebody."""
        self.days.told()

    def _labels_of(self, movement: str) -> list[str]:
        return [each.code for each in self.days.do("labels", make_labels, movement) or ()]

    def teardown(self) -> None:
        """Every constraint, invariant and digest; then everything is taken back."""
        try:
            if hasattr(self, "days"):
                Custody.done += self.days.done
                self.days.check()
        finally:
            if hasattr(self, "atomic"):
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)


def _run(**options: Any) -> None:
    """The same draws every time, and nothing remembered from other times."""
    chosen = settings(
        derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck), **options
    )
    run_state_machine_as_test(Custody, settings=chosen)


def _operations() -> int:
    steps = ("start", "labels", "ready", "bag", "void", "confirm", "cancel", "miss", "scan", "again")
    return sum(Custody.done[name] + Custody.done[f"{name} refused"] for name in steps)


def test_no_order_of_scans_breaks_a_chain() -> None:
    Custody.done = Counter()
    _run(max_examples=RUNS, stateful_step_count=STEPS, phases=[Phase.generate, Phase.shrink])
    print(f"{_operations():,} operations: {dict(sorted(Custody.done.items()))}")
    assert WANTED - Custody.done.keys() == set()
    assert not any("without a word" in name for name in Custody.done)
    assert Custody.done["misplaced"] >= RUNS, "a bag should go astray about once in every run"
    assert _operations() >= (LONG_RUN if os.environ.get("LONG_RUNS") else 500)


def test_the_machine_finds_a_ruling_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: a judge that says nothing of wrong places is found out, every time, by the same draws."""

    def silent(seen: Seen, known: Known) -> Ruling:
        ruling = judge(seen, known)
        return replace(ruling, discrepancies=tuple(each for each in ruling.discrepancies if each != "wrong_place"))

    monkeypatch.setattr("portal.records.services.take_scans.judge", silent)
    with pytest.raises(AssertionError, match="nobody is told"):
        _run(max_examples=RUNS, stateful_step_count=STEPS, phases=[Phase.generate])


def test_the_machine_finds_what_is_found_and_not_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: the judge speaks and nobody writes it down."""
    monkeypatch.setattr("portal.records.services.take_scans.Discrepancy.objects.bulk_create", lambda *_, **__: [])
    with pytest.raises(AssertionError, match="nobody is told"):
        _run(max_examples=RUNS, stateful_step_count=STEPS, phases=[Phase.generate])
