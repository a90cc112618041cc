"""Time and people at one case at once: a wait ends while its asker replies; a case is given twice (J22).

Each race is run as the code is, and with the lock of the case taken out, where it is seen to do harm.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.casework.models import Case
from portal.casework.services import let_time_pass as time
from portal.casework.services.hand_over import give_case
from portal.casework.services.work_case import answer_case, wait_for
from portal.casework.services.write_to_case import write_to_case
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict
from portal.foundation.outbox.models import OutboxMessage
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SERVICES = "portal.casework.services"


def _unlocked(actor: Actor, reference: str) -> Case:
    return Case.objects.visible_to(actor).get(reference=reference)  # type: ignore[attr-defined,no-any-return]


def _ends_while_the_asker_replies(monkeypatch: pytest.MonkeyPatch) -> Case:
    asker, member = reporter(), staff_member()
    case = opened(asker)
    wait_for(agent(user_id=member.user_id), case.reference, "Asha", party="requester")
    Case.objects.filter(pk=case.pk).update(waiting_until=timezone.localdate() - timedelta(days=1))
    meeting = Meeting()
    for module in ("let_time_pass", "write_to_case"):
        meeting.after(monkeypatch, f"{SERVICES}.{module}.lock_case")
    results = at_once(
        lambda: time.end_run_out_wait(time.CLOCK, case.reference),
        lambda: write_to_case(asker, case.reference, "Here it is."),
    )
    assert [each for each in results if isinstance(each, Exception)] == []
    case.refresh_from_db()
    return case


def _ends_of_waits() -> int:
    return AuditEvent.objects.filter(type__in=["casework.wait_ran_out", "casework.goes_on"]).count()


def test_a_wait_ends_once_and_nobody_who_replied_was_waited_for_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _ends_while_the_asker_replies(monkeypatch)
    assert (case.state, case.waited_in_vain_for, _ends_of_waits()) == ("in_progress", "", 1)


def test_without_the_lock_one_wait_ends_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("let_time_pass", "write_to_case"):
        monkeypatch.setattr(f"{SERVICES}.{module}.lock_case", _unlocked)
    _ends_while_the_asker_replies(monkeypatch)
    assert _ends_of_waits() == 2


def _two_workers_close(monkeypatch: pytest.MonkeyPatch) -> int:
    case = answer_case(agent(), opened().reference, "Done.")
    Case.objects.filter(pk=case.pk).update(state_since=timezone.now() - timedelta(days=60))
    Meeting().after(monkeypatch, f"{SERVICES}.let_time_pass.lock_case")
    at_once(*[lambda: time.close_answered_case(time.CLOCK, case.reference)] * 2)
    return OutboxMessage.objects.filter(kind="casework.case_closed").count()


def test_two_workers_close_a_case_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _two_workers_close(monkeypatch) == 1


def test_without_the_lock_two_workers_tell_of_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SERVICES}.let_time_pass.lock_case", _unlocked)
    assert _two_workers_close(monkeypatch) == 2


def _given_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    member, reference = staff_member(), opened().reference
    Meeting().after(monkeypatch, f"{SERVICES}.hand_over.lock_open_case")
    return at_once(
        lambda: give_case(agent(name="Sam", user_id=900_011), reference, member.reference),
        lambda: give_case(agent(name="Kim", user_id=900_012), reference, member.reference),
    )


def test_of_two_who_give_a_case_to_one_colleague_one_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _given_twice(monkeypatch)
    assert sorted(isinstance(each, Conflict) for each in results) == [False, True]
    assert OutboxMessage.objects.filter(kind="casework.case_given").count() == 1


def test_without_the_lock_the_colleague_is_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SERVICES}.hand_over.lock_open_case", _unlocked)
    _given_twice(monkeypatch)
    assert OutboxMessage.objects.filter(kind="casework.case_given").count() == 2
