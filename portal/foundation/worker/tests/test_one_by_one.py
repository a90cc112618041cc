"""One row that breaks down holds up no other, nor does one part of a task, and what failed is named (P6)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import OperationalError, connection

from portal.foundation.worker import one_after_another, some_at_once
from portal.foundation.worker.models import PeriodicTask
from portal.foundation.worker.one_by_one import SomeFailed, one_by_one

pytestmark = pytest.mark.django_db


def _keep(codes: Sequence[str]) -> int:
    for code in codes:
        PeriodicTask.objects.create(code=code)
        if code == "bad":
            raise RuntimeError("what the message quotes")
    return len(codes)


def _kept() -> set[str]:
    return set(PeriodicTask.objects.filter(code__in=["a", "b", "c", "bad"]).values_list("code", flat=True))


def test_some_are_done_together() -> None:
    together: list[int] = []

    def do(codes: Sequence[str]) -> int:
        together.append(len(codes))
        return _keep(codes)

    assert some_at_once(iter("abc"), do, size=2) == 3
    assert together == [2, 1] and _kept() == {"a", "b", "c"}


def test_of_some_that_fail_together_each_is_done_by_itself() -> None:
    with pytest.raises(SomeFailed, match=r"^1 of 4 failed: row bad \(RuntimeError\)$"):
        some_at_once(["a", "bad", "b", "c"], _keep, size=3, name=lambda code: f"row {code}")
    assert _kept() == {"a", "b", "c"}  # and nothing of the one that failed


def test_a_part_that_breaks_down_holds_up_no_other() -> None:
    done: list[str] = []

    def broken() -> None:
        raise ValueError("what the message quotes")

    with pytest.raises(SomeFailed, match=r"^first \(ValueError\); 1 of 1 failed: bad \(RuntimeError\)$"):
        one_after_another(
            first=broken, second=lambda: some_at_once(["bad"], _keep, size=9), third=lambda: done.append("third")
        )
    assert done == ["third"]
    one_after_another(only=lambda: done.append("only"))


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_breaks_under_one_row_is_made_anew_for_the_others() -> None:
    done: list[str] = []

    def do(row: str) -> None:
        if row == "b":
            connection.connection.close()
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        done.append(row)

    with pytest.raises(SomeFailed, match=r"^1 of 3 failed: b \(OperationalError\)$"):
        one_by_one("abc", do)
    assert done == ["a", "c"]


def test_a_database_that_is_away_ends_the_task_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many rows would wait for it, one after the other, and be reported as failed."""
    tried: list[str] = []

    def refuse() -> None:
        raise OperationalError("connection refused")

    def do(row: str) -> None:
        tried.append(row)
        monkeypatch.setattr(connection, "ensure_connection", refuse)
        raise OperationalError("the connection is lost")

    with pytest.raises(OperationalError, match="refused"):
        one_by_one("abc", do)
    monkeypatch.undo()
    with pytest.raises(OperationalError, match="refused"):
        one_after_another(first=lambda: do("first"), second=lambda: do("second"))
    assert tried == ["a", "first"]
