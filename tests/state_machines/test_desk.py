"""Random work at the desk beside a model of its clock: what J22 says holds after every step.

The database's constraints are there as well, and the machine must never run into them: each refusal is a sentence.
The last two tests take a rule out of the code, and the machine finds the harm.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, ClassVar

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from portal.casework.case_steps import case_steps, promise_of
from portal.casework.clock import closes_on
from portal.casework.conversation import history_of
from portal.casework.models import Case
from portal.casework.tests.factories import agent
from portal.foundation.access import Actor
from portal.foundation.workdays.calendar import working_calendar
from tests.state_machines.desk_world import Desk
from tests.state_machines.world import Draw

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DRAWS = st.builds(Draw, which=st.integers(0, 11), other=st.integers(0, 11), packs=st.integers(1, 12), yes=st.booleans())
ASKER = ("ask", "write", "close", "rate")
STAFF = ("take", "give", "put_back", "move", "plan", "wait", "resume", "reply", "note", "answer", "merge")
TIME = ("days_pass", "leave_or_return")


class DeskWork(RuleBasedStateMachine):
    """The machine. ``done`` counts the steps that were carried out, over all runs, by name."""

    done: ClassVar[Counter[str]] = Counter()

    @initialize()
    def open_the_desk(self) -> None:
        """A desk with its own clock, inside a transaction that is taken back at the end of the run."""
        self.desk = Desk()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(timezone, "now", self.desk.now)
        self.patch.setattr(timezone, "localdate", self.local_date)
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.desk.open()
        self.check()

    def local_date(self, value: Any = None, *_: Any) -> date:
        """As Django's, at the desk's clock."""
        return self.desk.today if value is None else timezone.localtime(value).date()

    def teardown(self) -> None:
        """Takes everything back."""
        if hasattr(self, "atomic"):
            DeskWork.done += self.desk.done
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.patch.undo()

    @rule(verb=st.sampled_from(ASKER), draw=DRAWS)
    def asker(self, verb: str, draw: Draw) -> None:
        """Whoever asked does something."""
        self.do(verb, draw)

    @rule(verb=st.sampled_from(STAFF), draw=DRAWS)
    def staff(self, verb: str, draw: Draw) -> None:
        """One of the staff does something."""
        self.do(verb, draw)

    @rule(verb=st.sampled_from(TIME), draw=DRAWS)
    def time(self, verb: str, draw: Draw) -> None:
        """Days pass, or people come and go."""
        self.do(verb, draw)
        self.check_what_time_does()

    def do(self, verb: str, draw: Draw) -> None:
        """One action of the desk, and then the cases are read."""
        getattr(self.desk, verb)(draw)
        self.check()

    def check(self) -> None:
        """The clock stands still while a case waits, and only then; everybody can read who has it."""
        days, everything = working_calendar(), agent("auditor")
        for case in Case.objects.select_related("merged_into"):
            waiting = days.days_between(case.paused_on, self.desk.today) if case.paused_on is not None else 0
            assert case.paused_days + waiting == self.desk.waited[case.reference]
            assert case.due_on == days.add(self.desk.first_due[case.reference], case.paused_days)
            steps = case_steps(case, history_of(everything, case))
            present = [step for step in steps if step.state == "current"]
            assert len(present) == (case.state not in ("closed", "merged"))
            assert all(step.who and step.happened_at for step in present)
            assert case.holder and (promise_of(case) or case.state in ("closed", "merged"))

    def check_what_time_does(self) -> None:
        """Nothing is left lying: no wait that is over, no old answer, no case of somebody who has left."""
        today, here = self.desk.today, {each.user_id for each in self.desk.staff if each.is_live(self.desk.today)}
        for case in Case.objects.all():
            assert case.waiting_until is None or case.waiting_until >= today
            last_day = closes_on(case)
            assert last_day is None or last_day >= today
            assert case.owner_id is None or case.owner_id in here or case.state in ("resolved", "closed", "merged")


def _run(examples: int) -> None:
    run_state_machine_as_test(
        DeskWork,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,  # whether everything has happened shall not be luck
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_work_at_the_desk_leaves_no_case_lying_and_no_clock_wrong() -> None:
    DeskWork.done.clear()
    _run(25)
    never = {
        "take_case", "take_many", "give_case", "put_back", "move_case", "plan_case", "wait_for", "resume_case",
        "reply_to_case", "add_note", "answer_case", "merge_case", "write_to_case", "close_case", "rate_case",
        "days_pass", "leave_or_return",
    } - set(DeskWork.done)  # fmt: skip
    assert never == set(), "a run in which something never happened shows little"


def test_the_machine_finds_a_clock_that_is_not_moved_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(case: Case) -> None:
        case.paused_on = case.waiting_until = None
        case.waiting_for = case.waiting_party = case.waited_in_vain_for = ""

    monkeypatch.setattr("portal.casework.moving.end_wait", forget)
    with pytest.raises(AssertionError):
        _run(25)


def test_the_machine_runs_into_the_database_when_a_case_in_progress_is_nobody_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def only_forget_the_owner(actor: Actor, case: Case, queue: str) -> None:
        case.queue, case.owner_id, case.owner_name = queue, None, ""

    monkeypatch.setattr("portal.casework.services.hand_over.put_in_queue", only_forget_the_owner)
    with pytest.raises(IntegrityError, match="case_has_an_owner"):
        _run(25)
