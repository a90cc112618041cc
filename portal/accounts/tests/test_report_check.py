"""The nightly check tells whoever must know, and leaves a trace when all is well."""

from __future__ import annotations

import pytest
from django.db import connection

from portal.accounts.services.report_check import Checked, check_and_report
from portal.accounts.tasks import check_record
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import system_actor
from portal.foundation.audit import EventType, build_event, record_many
from portal.foundation.audit.models import AuditEvent
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.worker.register import all_tasks
from portal.foundation.worker.running import run_due

pytestmark = pytest.mark.django_db
DONE = EventType("tests.thing_done", "{actor} did {subject}", frozenset())


@pytest.fixture
def managers() -> list[str]:
    """Two Service Managers, and somebody else of the operator."""
    first = MembershipFactory(organisation__kind="operator", organisation__code="X4S4L", roles=["service_manager"])
    second = MembershipFactory(organisation=first.organisation, roles=["service_manager"])
    MembershipFactory(organisation=first.organisation, roles=["support_agent"])
    return sorted([first.user.email, second.user.email])


def damage(number: int) -> None:
    """So many events that somebody changed past the portal."""
    actor = system_actor("a test")
    record_many([build_event(DONE, actor=actor, subject=("thing", f"T{each}")) for each in range(number)])
    with connection.cursor() as cursor:
        cursor.execute("alter table audit_auditevent disable trigger user")
        cursor.execute("update audit_auditevent set actor_name = 'x' where type = 'tests.thing_done'")


def test_what_was_changed_is_told_to_every_service_manager(managers: list[str]) -> None:
    damage(25)
    checked = check_and_report()
    assert (checked.problems, len(checked.lines)) == (25, 20)
    messages = OutboxMessage.objects.filter(kind="accounts.record_damaged")
    assert sorted(address for each in messages for address in each.recipients) == managers
    text = messages[0].body
    first = AuditEvent.objects.filter(type=DONE.code).order_by("id")[0]
    assert f"audit_auditevent {first.id}: is not what was written" in text
    assert "... and 5 more." in text


def test_a_night_without_news_sends_nothing_and_is_recorded(managers: list[str]) -> None:
    before = AuditEvent.objects.count()
    assert check_and_report() == Checked(rows=before)
    assert not OutboxMessage.objects.filter(kind="accounts.record_damaged").exists()
    event = AuditEvent.objects.get(type="accounts.record_checked")
    assert event.payload == {"rows": before, "seals": 0, "kept": 0, "problems": 0, "named": []}


def test_the_worker_checks_once_a_day() -> None:
    task = all_tasks()["accounts.check_record"]
    assert (task.run, task.every.days) == (check_record, 1)
    assert [run.error for run in run_due({task.code: task})] == [""]
    assert AuditEvent.objects.filter(type="accounts.record_checked").count() == 1
    assert run_due({task.code: task}) == []
