"""What casework does by itself goes on where it breaks down over one case, request or draft (P6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.casework import tasks
from portal.casework.models import RequestDraft
from portal.casework.services import forget_drafts
from portal.foundation.worker.one_by_one import SomeFailed

pytestmark = pytest.mark.django_db
CASES = ["CA-1", "CA-2", "CA-3"]


@pytest.mark.parametrize(
    ("module", "rows", "service", "run"),
    [
        ("services.let_time_pass", "_ran_out", "end_run_out_wait", "watch_clock"),
        ("services.let_time_pass", "_of_leavers", "return_to_queue", "watch_clock"),
        ("services.let_time_pass", "_answered_long_ago", "close_answered_case", "watch_clock"),
        ("applying.due", "_cooled_off", "end_cooling_off", "carry_out"),
        ("applying.due", "_with_steps_due", "go_on", "carry_out"),
    ],
)
def test_one_case_that_breaks_down_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, module: str, rows: str, service: str, run: str
) -> None:
    done: list[str] = []

    def broken(actor: Any, reference: str) -> None:
        if reference == "CA-1":
            raise RuntimeError("what the message quotes")
        done.append(reference)

    monkeypatch.setattr(f"portal.casework.{module}.{rows}", lambda: CASES)
    monkeypatch.setattr(f"portal.casework.{module}.{service}", broken)
    with pytest.raises(SomeFailed, match=r"^1 of 3 failed: CA-1 \(RuntimeError\)$"):
        getattr(tasks, run)()
    assert done == CASES[1:]


def test_one_step_of_the_clock_that_breaks_down_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    clock = "portal.casework.services.let_time_pass"
    monkeypatch.setattr(f"{clock}._ran_out", lambda: 1 / 0)
    monkeypatch.setattr(f"{clock}._answered_long_ago", lambda: CASES)
    monkeypatch.setattr(f"{clock}.close_answered_case", lambda actor, reference: done.append(reference))
    with pytest.raises(SomeFailed, match=r"^waits \(ZeroDivisionError\)$"):
        tasks.watch_clock()
    assert done == CASES


def test_one_draft_that_cannot_be_forgotten_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    past = timezone.now() - timedelta(days=1)
    drafts = [
        RequestDraft.objects.create(reference=f"RD-{each}", journey="merger", email="a@example.org", expires_at=past)
        for each in range(3)
    ]
    real = forget_drafts.forget_some_drafts

    def broken(actor: Any, references: Sequence[str]) -> int:
        if drafts[1].reference in references:
            raise RuntimeError("what the message quotes")
        return real(actor, references)

    with monkeypatch.context() as patched, pytest.raises(SomeFailed, match=f"1 of 3 failed: {drafts[1].reference} "):
        patched.setattr(forget_drafts, "forget_some_drafts", broken)
        tasks.forget_drafts()
    assert list(RequestDraft.objects.all()) == [drafts[1]]
    tasks.forget_drafts()
    assert not RequestDraft.objects.exists()
