"""Random days of records: scans lost, repeated, late, at the wrong place; nothing is ever in two places (R4; issue 4).

``LONG_RUNS=1 bin/test --no-check tests/state_machines/test_custody.py`` does more than 10,000 operations; the
suite does some hundreds.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from portal.records.ruling import Known, Ruling, Seen, judge
from tests.state_machines.custody_days import OFTEN, Days

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

VERBS = [verb for verb, often in OFTEN.items() for _ in range(often)]
DRAWS = st.randoms(use_true_random=False)
RUNS, STEPS = (400, 100) if os.environ.get("LONG_RUNS") else (30, 60)


class Custody(RuleBasedStateMachine):
    """The machine. ``done`` counts what was carried out and what was refused, over all runs, by name."""

    done: ClassVar[Counter[str]] = Counter()

    @initialize(draw=DRAWS)
    def found_the_practices(self, draw: random.Random) -> None:
        """Four practices with six records, inside a transaction that is taken back at the end of the run."""
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.days = Days(draw)

    @rule(verb=st.sampled_from(VERBS), draw=DRAWS)
    def somebody_does_something(self, verb: str, draw: random.Random) -> None:
        """One operation; then whatever is at a wrong place is shown to somebody."""
        self.days.do(verb, draw)
        self.days.told()

    @rule()
    def the_books_are_checked(self) -> None:
        """Every constraint, invariant and digest."""
        self.days.check()

    def teardown(self) -> None:
        """Checks once more, and takes everything back."""
        try:
            if hasattr(self, "days"):
                Custody.done += self.days.done
                self.days.check()
        finally:
            if hasattr(self, "atomic"):
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)


def _run(**options: Any) -> None:
    run_state_machine_as_test(
        Custody, settings=settings(deadline=None, suppress_health_check=list(HealthCheck), **options)
    )


def test_no_order_of_scans_breaks_a_chain() -> None:
    Custody.done = Counter()
    _run(max_examples=RUNS, stateful_step_count=STEPS, print_blob=True)
    print(f"{sum(Custody.done.values())} operations: {dict(sorted(Custody.done.items()))}")
    assert Custody.done.keys() >= {
        "start",
        "scan",
        "repeat",
        "labels",
        "misplaced",
        "confirm refused",
        "cancel refused",
    }
    assert not os.environ.get("LONG_RUNS") or sum(Custody.done.values()) >= 10_000


def test_the_machine_finds_a_ruling_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that cannot see harm is no use: a judge that says nothing of wrong places is soon found out."""

    def silent(seen: Seen, known: Known) -> Ruling:
        ruling = judge(seen, known)
        return replace(ruling, discrepancies=tuple(each for each in ruling.discrepancies if each != "wrong_place"))

    monkeypatch.setattr("portal.records.services.take_scans.judge", silent)
    with pytest.raises(AssertionError, match="nobody is told"):
        _run(max_examples=60, stateful_step_count=STEPS, database=None, phases=[Phase.generate])
