"""The worker's command: once, for ever, and what it tells."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, transaction
from django.utils import timezone

from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.outbox.queue import Email, queue_email
from portal.foundation.worker import loop, register
from portal.foundation.worker.models import PeriodicTask
from portal.foundation.worker.register import Task


@pytest.fixture
def _two_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    def count_sheep() -> None:
        """Counts the sheep."""

    def break_glass() -> None:
        """Breaks the glass."""
        raise ValueError("no glass")

    register.all_tasks()
    tasks = [Task("tests.count_sheep", timedelta(hours=1), count_sheep)]
    tasks += [Task("tests.break_glass", timedelta(hours=1), break_glass)]
    monkeypatch.setattr(register, "REGISTER", {task.code: task for task in tasks})


def _said(*arguments: str) -> str:
    out = StringIO()
    try:
        call_command("work", *arguments, stdout=out)
    except SystemExit as end:
        return f"{out.getvalue()}exit {end.code}"
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_tasks")
def test_once_sends_the_e_mails_and_runs_the_tasks() -> None:
    queue_email(Email(kind="tests.mail", recipients=["asha@example.org"], subject="x", body="y"))
    said = _said("--once")
    assert "1 e-mails tried, 2 tasks run, 1 of them failed." in said
    assert "tests.break_glass: ValueError: no glass" in said
    assert said.endswith("exit 1")
    assert OutboxMessage.objects.get().state == "sent"


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_tasks")
def test_the_list_shows_each_task_its_last_run_and_its_error() -> None:
    assert "tests.count_sheep: never run\n  Counts the sheep." in _said("--list")
    _said("--once")
    said = _said("--list")
    assert "tests.break_glass: failing" in said
    assert "failed 1 times in a row: ValueError: no glass" in said
    answer = json.loads(_said("--list", "--json").removesuffix("exit 1"))
    assert {each["code"]: (each["state"], each["runs"]) for each in answer} == {
        "tests.break_glass": ("failing", 1),
        "tests.count_sheep": ("waiting", 1),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_tasks")
def test_a_late_task_is_told_by_the_exit_code() -> None:
    PeriodicTask.objects.create(code="tests.count_sheep", runs=1, due_at=timezone.now() - timedelta(hours=11))
    said = _said("--list")
    assert "tests.count_sheep: late" in said
    assert said.endswith("exit 1")


def test_it_must_be_told_what_to_do() -> None:
    with pytest.raises(CommandError):
        call_command("work")


@pytest.mark.django_db
@pytest.mark.usefixtures("_two_tasks")
def test_without_a_mail_server_the_tasks_run_and_the_e_mails_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_transport() -> None:
        raise ImproperlyConfigured("PORTAL_EMAIL_URL is not set, so no e-mail can be sent.")

    monkeypatch.setattr(loop, "transport", no_transport)
    with transaction.atomic():
        queue_email(Email(kind="tests.mail", recipients=["asha@example.org"], subject="x", body="y"))
    assert "0 e-mails tried, 2 tasks run" in _said("--once")
    assert OutboxMessage.objects.get().state == "waiting"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("problem", [OperationalError("the database is gone"), RuntimeError("a defect")])
def test_the_loop_outlives_a_database_that_goes_away(problem: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "PAUSE_AFTER_ERROR", 0.0)
    stopped = threading.Event()
    tries: list[int] = []

    def job() -> bool:
        tries.append(1)
        if len(tries) < 3:
            raise problem
        stopped.set()
        return True

    thread = threading.Thread(target=loop.repeat, args=(job, stopped))
    thread.start()
    thread.join(60)
    assert len(tries) == 3
