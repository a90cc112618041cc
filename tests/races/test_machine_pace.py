"""Requests of one machine that come at once are counted one by one (issue 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.machines import pace
from portal.machines.limits import MachineLimits
from portal.machines.models import Machine, Pace
from portal.machines.pace import seconds_to_wait
from portal.machines.tests.factories import Program
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
FEW = MachineLimits(each_minute=1, at_once=3)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(pace, "machine_limits", lambda: FEW)
    return Program().machine


def _passed(machine: Machine, requests: int) -> int:
    return at_once(*[lambda: seconds_to_wait(machine)] * requests).count(0)


def test_no_more_pass_than_may(machine: Machine) -> None:
    assert _passed(machine, 8) == FEW.at_once
    assert _passed(machine, 8) == 0


def test_read_first_and_written_after_more_pass(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rule in two statements instead of one: what the single statement is for."""
    meeting = Meeting()
    Pace.objects.create(machine=machine, free_at=timezone.now() + FEW.slack - timedelta(seconds=1))

    def count_in_two_steps(machine: Machine) -> bool:
        row, now = Pace.objects.get(machine=machine), timezone.now()
        meeting.wait()
        if row.free_at > now + FEW.slack:
            return False
        Pace.objects.filter(machine=machine).update(free_at=max(row.free_at, now) + FEW.step)
        return True

    monkeypatch.setattr(pace, "_count", count_in_two_steps)
    assert _passed(machine, 2) == 2


def test_where_two_pass_in_two_steps_one_passes(machine: Machine) -> None:
    Pace.objects.create(machine=machine, free_at=timezone.now() + FEW.slack - timedelta(seconds=1))
    assert _passed(machine, 2) == 1
