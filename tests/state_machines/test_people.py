"""Random work on people, invitations and requests: no right without a path of grants (trust 2.4 no. 9; issue 3).

``LONG_RUNS=1 bin/test --no-check tests/state_machines/test_people.py`` does more than 10,000 actions; the
suite does some hundreds.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from portal.foundation.invariants import all_invariants, find_broken
from tests.state_machines.people_steps import CODES, Draw, People

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NUMBERS = st.integers(0, 29)
DRAWS = st.builds(Draw, who=NUMBERS, whom=NUMBERS, what=NUMBERS, where=NUMBERS, yes=st.booleans())
INSIDE = ("invite", "accept", "settle", "change", "end", "bring_back", "review")
REQUESTS = ("ask", "call", "approve", "stop", "time_passes")
RUNS, STEPS = (230, 50) if os.environ.get("LONG_RUNS") else (14, 40)


class PeopleAndRights(RuleBasedStateMachine):
    """The machine. ``done`` counts what was carried out and what was refused, over all runs, by name."""

    done: ClassVar[Counter[str]] = Counter()

    @initialize()
    def found_the_practices(self) -> None:
        """Five practices, inside a transaction that is taken back at the end of the run."""
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = People()

    def teardown(self) -> None:
        """Takes everything back."""
        if hasattr(self, "world"):
            PeopleAndRights.done += self.world.done
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(verb=st.sampled_from(INSIDE), draws=st.lists(DRAWS, min_size=1, max_size=4))
    def inside(self, verb: str, draws: list[Draw]) -> None:
        """People at a practice do something, some times over."""
        for draw in draws:
            self.do(verb, draw)

    @rule(verb=st.sampled_from(REQUESTS), draw=DRAWS)
    def request(self, verb: str, draw: Draw) -> None:
        """Somebody asks for a change, or the operator works on one."""
        self.do(verb, draw)

    @rule(draw=DRAWS)
    def hand_over(self, draw: Draw) -> None:
        """A request goes all the way: rare by chance, so it is a rule of its own."""
        if draw.where % 4:
            return
        for verb in ("ask", "call", "approve", "time_passes", "accept", "time_passes"):
            latest = Draw(**{**vars(draw), "whom": -1, "yes": True}) if verb != "ask" else draw
            self.do(verb, latest if verb != "approve" else Draw(**{**vars(latest), "who": draw.who + 1}))

    def do(self, verb: str, draw: Draw) -> None:
        """One action; then what is stored is what the model allows, and every practice has its Main Contact."""
        getattr(self.world, verb)(draw)
        allowed = {place: roles for place, roles in self.world.rights.items() if roles}
        assert self.world.stored() == allowed, f"after {verb}"
        for code in CODES:
            holders = [place for place, roles in allowed.items() if place[1] == code and "main_contact" in roles]
            assert len(holders) == 1, f"{code} has {holders} after {verb}"
        chosen = [each for each in all_invariants() if each.code.startswith("casework.")]
        assert find_broken(chosen) == []


def _run(**options: Any) -> None:
    run_state_machine_as_test(
        PeopleAndRights, settings=settings(deadline=None, suppress_health_check=list(HealthCheck), **options)
    )


def test_nobody_gets_a_right_without_a_path_of_grants() -> None:
    PeopleAndRights.done = Counter()
    _run(max_examples=RUNS, stateful_step_count=STEPS, print_blob=True)
    done = PeopleAndRights.done
    print(f"{sum(done.values())} actions: {dict(sorted(done.items()))}")
    assert done.keys() >= {"invite", "accept", "change", "end", "ask", "call", "approve", "time_passes"}
    assert not os.environ.get("LONG_RUNS") or sum(done.values()) >= 10_000


def test_the_machine_finds_a_rule_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that cannot see harm is no use: without the table's rule somebody soon has too much."""
    monkeypatch.setattr("portal.accounts.services.invite_user.check_may_grant", lambda actor, roles: None)
    monkeypatch.setattr("portal.accounts.services.change_access.check_may_grant", lambda actor, roles: None)
    with pytest.raises(AssertionError):
        _run(max_examples=40, stateful_step_count=STEPS, database=None, phases=[Phase.generate])
