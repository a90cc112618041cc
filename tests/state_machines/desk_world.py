"""A small desk for random work: one practice, three of the staff, some cases, and days that pass.

Every action takes a few small numbers and chooses by them. A step may be refused in a sentence (a domain error);
anything else that goes wrong, such as a constraint of the database that is run into, is a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.casework.services.hand_over import give_case, move_case, put_back
from portal.casework.services.run_desk import add_note, merge_case, plan_case, reply_to_case
from portal.casework.services.work_case import answer_case, close_case, resume_case, take_case, wait_for
from portal.casework.services.work_many import take_many
from portal.casework.services.write_to_case import rate_case, write_to_case
from portal.casework.states import OPEN_STATES
from portal.casework.tasks import watch_clock
from portal.casework.tests.factories import agent, opened, reporter
from portal.foundation.access import Actor
from portal.foundation.errors import DomainError
from portal.foundation.workdays.calendar import working_calendar
from portal.organisations.tests.factories import OperatorFactory
from tests.state_machines.world import Draw

QUEUES = ("support", "data", "supplies")
FIRST_DAY = date(2026, 9, 7)


@dataclass
class Desk:
    """The desk and what can be done at it. ``waited`` counts each case's working days of waiting by itself."""

    today: date = FIRST_DAY
    done: Counter[str] = field(default_factory=Counter)
    waited: Counter[str] = field(default_factory=Counter)
    first_due: dict[str, date] = field(default_factory=dict)

    def open(self) -> None:
        """People and three cases."""
        operator = OperatorFactory()
        self.asker = reporter()
        self.staff: list[Membership] = [
            MembershipFactory(organisation=operator, roles=[role], starts_on=date(2026, 1, 1))
            for role in ("support_agent", "support_agent", "data_manager")
        ]
        for _ in range(3):
            self.ask(Draw())

    def now(self) -> datetime:
        """Noon of the day it is at this desk."""
        return datetime(self.today.year, self.today.month, self.today.day, 12, tzinfo=timezone.get_current_timezone())

    # Whoever asked

    def ask(self, draw: Draw) -> None:
        """A further case, as long as there are few."""
        if len(self.first_due) < 12:
            case = opened(self.asker)
            assert case.due_on is not None
            self.first_due[case.reference] = case.due_on
            self.done["ask"] += 1

    def write(self, draw: Draw) -> None:
        """Whoever asked writes; that may open a case again, or end the wait for them."""
        self.attempt(write_to_case, self.asker, self.reference(draw), "There is more.")

    def close(self, draw: Draw) -> None:
        """They are content."""
        self.attempt(close_case, self.asker, self.reference(draw, "resolved"))

    def rate(self, draw: Draw) -> None:
        """They say how it went."""
        self.attempt(rate_case, self.asker, self.reference(draw, "resolved", "closed"), 1 + draw.packs % 5, "")

    # The staff

    def take(self, draw: Draw) -> None:
        """One of the staff takes a case, or several at once."""
        if draw.yes:
            self.attempt(take_case, self.worker(draw), self.reference(draw, "received"))
        else:
            self.attempt(take_many, self.worker(draw), list(self.first_due))

    def give(self, draw: Draw) -> None:
        """They give it to one of themselves; at times to who does not work in its queue, or has left."""
        to = self.staff[draw.packs % len(self.staff)].reference
        self.attempt(give_case, self.worker(draw), self.reference(draw, *OPEN_STATES), to)

    def put_back(self, draw: Draw) -> None:
        """It is nobody's again."""
        self.attempt(put_back, self.worker(draw), self.reference(draw, "in_progress", "waiting"))

    def move(self, draw: Draw) -> None:
        """It goes to another queue."""
        self.attempt(move_case, self.worker(draw), self.reference(draw, *OPEN_STATES), QUEUES[draw.packs % 3])

    def plan(self, draw: Draw) -> None:
        """Queue and next look, at times with a day that is over."""
        day = self.today + timedelta(days=draw.packs - 2)
        self.attempt(plan_case, self.worker(draw), self.reference(draw), QUEUES[draw.other % 3], day)

    def wait(self, draw: Draw) -> None:
        """It waits for somebody."""
        party, until = ("requester" if draw.yes else "carrier"), self.today + timedelta(days=draw.packs - 1)
        self.attempt(
            wait_for,
            self.worker(draw),
            self.reference(draw, "received", "in_progress"),
            "Somebody",
            party=party,
            until=until,
        )

    def resume(self, draw: Draw) -> None:
        """It waits no more."""
        self.attempt(resume_case, self.worker(draw), self.reference(draw, "waiting"))

    def reply(self, draw: Draw) -> None:
        """They write, and may wait for a reply."""
        self.attempt(reply_to_case, self.worker(draw), self.reference(draw), "Which box?", wait=draw.yes)

    def note(self, draw: Draw) -> None:
        """They write something down for themselves."""
        self.attempt(add_note, self.worker(draw), self.reference(draw), "Ask Kim.")

    def answer(self, draw: Draw) -> None:
        """They answer."""
        self.attempt(answer_case, self.worker(draw), self.reference(draw), "It is here.")

    def merge(self, draw: Draw) -> None:
        """They join it to another."""
        other = self.reference(Draw(which=draw.packs))
        self.attempt(merge_case, self.worker(draw), self.reference(draw), other)

    # Time and the people themselves

    def days_pass(self, draw: Draw) -> None:
        """Some days pass, one after the other; the worker looks at the clocks on each."""
        for _ in range(1 + draw.packs % 4):
            self.today += timedelta(days=1)
            if working_calendar().is_working_day(self.today):
                for reference in Case.objects.filter(state="waiting").values_list("reference", flat=True):
                    self.waited[reference] += 1
            watch_clock()
            self.done["days_pass"] += 1

    def leave_or_return(self, draw: Draw) -> None:
        """One of the staff leaves, or is back; the last one stays, because the work needs somebody."""
        if not draw.yes:
            return
        member = self.staff[draw.which % 2]
        member.ends_on = None if member.ends_on else self.today - timedelta(days=1)
        member.save()
        watch_clock()
        self.done["leave_or_return"] += 1

    # Choosing and doing

    def reference(self, draw: Draw, *states: str) -> str:
        """One of the cases; of those in these states where there are any, because the rest would mostly be refused."""
        fitting = Case.objects.filter(state__in=states) if states and draw.packs > 2 else Case.objects.none()
        references = list(fitting.order_by("id").values_list("reference", flat=True)) or list(self.first_due)
        return references[draw.which % len(references)]

    def worker(self, draw: Draw) -> Actor:
        """One of the staff who is here."""
        here = [each for each in self.staff if each.is_live(self.today)]
        chosen = here[draw.other % len(here)]
        return agent(name=chosen.user.name, user_id=chosen.user_id)

    def attempt(self, verb: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Does it, or is told in a sentence why not."""
        try:
            with transaction.atomic():
                verb(*arguments, **named)
        except DomainError:
            self.done[f"{verb.__name__}, refused"] += 1
        else:
            self.done[verb.__name__] += 1
