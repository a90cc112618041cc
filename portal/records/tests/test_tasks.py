"""What records do by themselves goes on where it breaks down over one bag, one form or one site (P6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from portal.foundation.worker.one_by_one import SomeFailed
from portal.records import tasks
from portal.records.closures.tasks import move_records
from portal.records.closures.tests.factories import counting
from portal.records.models import Movement
from portal.records.places import own_place
from portal.records.registrations import moving
from portal.records.services import join_store, judge_collections, plan_collections
from portal.records.temporary_residents.models import TemporaryForm
from portal.records.temporary_residents.services import keep_clock
from portal.records.temporary_residents.tasks import keep_clock as keep_forms
from portal.records.temporary_residents.tests.factories import a_form_for, clerk
from portal.records.tests.factories import a_patient, a_practice, a_record, organisation_of
from portal.records.tests.test_collections import a_visit

pytestmark = pytest.mark.django_db
SEARCH = "searches.services.ask_holders"
BAGS = [("MV-1", 1), ("MV-2", 2)]


@pytest.mark.parametrize(
    ("module", "rows", "service", "found", "run", "named"),
    [
        (SEARCH, "_not_asked_about", "ask_holders", BAGS, "search_for_missing", "MV-1 bag 1"),
        (SEARCH, "_no_longer_sought", "withdraw_searches", BAGS, "search_for_missing", "MV-1 bag 1"),
        ("services.reconstitute", "_found_again", "join_original", [1, 2], "search_for_missing", "part 1"),
        ("services.watch_clock", "_long_missing", "mark_lost", BAGS, "watch_clock", "MV-1 bag 1"),
        ("services.join_store", "_apart", "send_rest_home", [(1, 5, [9]), (2, 5, [8])], "join_store", "record 1"),
    ],
)
def test_one_row_that_breaks_down_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, module: str, rows: str, service: str, found: list[Any], run: str, named: str
) -> None:
    done: list[Any] = []

    def broken(actor: Any, *values: Any) -> int:
        if values[0] in ("MV-1", 1):
            raise RuntimeError("what the message quotes")
        done.append(values[0])
        return 1

    monkeypatch.setattr(f"portal.records.{module}.{rows}", lambda: found)
    monkeypatch.setattr(f"portal.records.{module}.{service}", broken)
    with pytest.raises(SomeFailed, match=f"^1 of 2 failed: {named}") as caught:
        getattr(tasks, run)()
    assert done in (["MV-2"], [2]) and "quotes" not in str(caught.value)


def _breaks_with(monkeypatch: pytest.MonkeyPatch, place: Any, service: str, bad: Any) -> None:
    """The service breaks down where the row is among those it is given."""
    real: Callable[..., int] = getattr(place, service)

    def broken(actor: Any, rows: Sequence[Any]) -> int:
        if bad in rows:
            raise RuntimeError("what the message quotes")
        return real(actor, rows)

    broken.__name__ = service
    monkeypatch.setattr(place, service, broken)


def test_one_record_that_cannot_leave_the_store_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    home = organisation_of(a_practice())
    records = [a_record(own_place("store"), patient=a_patient(registered_at=home)) for _ in range(3)]
    with monkeypatch.context() as patched, pytest.raises(SomeFailed, match=f"1 of 3 failed: record {records[1].pk} "):
        _breaks_with(patched, join_store, "send_home", records[1].pk)
        tasks.join_store()
    assert set(Movement.objects.values_list("record", flat=True)) == {records[0].pk, records[2].pk}
    tasks.join_store()
    assert Movement.objects.filter(record=records[1]).exists()


def test_one_visit_that_cannot_be_judged_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    visits = [a_visit(a_practice()) for _ in range(2)]
    with monkeypatch.context() as patched, pytest.raises(SomeFailed, match=f"1 of 2 failed: visit {visits[0].pk} "):
        _breaks_with(patched, judge_collections, "judge", visits[0].pk)
        tasks.judge_collections()
    for visit in visits:
        visit.refresh_from_db()
    assert [visit.state for visit in visits] == ["planned", "nothing"]


def test_one_form_holds_up_no_other_and_one_step_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = clerk()
    bad, good = a_form_for(receiver), a_form_for(receiver)

    def broken(*values: Any) -> int:
        raise RuntimeError("what the message quotes")

    with monkeypatch.context() as patched, pytest.raises(SomeFailed) as caught:
        patched.setattr(keep_clock, "_of_refused_files", broken)
        _breaks_with(patched, keep_clock, "announce", bad.reference)
        keep_forms()
    assert str(caught.value) == f"refuse_files (RuntimeError); 1 of 2 failed: {bad.reference} (RuntimeError)"
    assert list(TemporaryForm.objects.filter(announced_at=None)) == [bad]
    keep_forms()
    assert not TemporaryForm.objects.filter(announced_at=None).exists() and good.announced_at is None


def test_one_collection_day_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def broken(actor: Any, days: Sequence[int]) -> int:
        if 1 in days:
            raise RuntimeError("what the message quotes")
        done.extend(days)
        return len(days)

    monkeypatch.setattr(plan_collections, "plan", broken)
    monkeypatch.setattr(plan_collections.CollectionDay.objects, "order_by", lambda *_: _Rows([1, 2, 3]))
    with pytest.raises(SomeFailed, match="1 of 3 failed: collection day 1 "):
        tasks.plan_collections()
    assert done == [2, 3]


class _Rows(list[Any]):
    """Stands for what a query finds."""

    def order_by(self, *_: Any) -> _Rows:
        return self

    def values_list(self, *_: Any, **__: Any) -> _Rows:
        return self


def test_one_movement_that_cannot_begin_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Waiting(_Rows):
        def filter(self, reference: str) -> Waiting:
            asked.append(reference)
            if reference == "WM-1":
                raise RuntimeError("what the message quotes")
            return self

        def select_for_update(self, **_: Any) -> Waiting:
            return self

        def select_related(self, *_: str) -> Waiting:
            return self

        def first(self) -> None:
            return None

    monkeypatch.setattr(moving, "_waiting", lambda: Waiting(["WM-1", "WM-2"]))
    with pytest.raises(SomeFailed, match=r"1 of 2 failed: WM-1 \(RuntimeError\)"):
        tasks.begin_movements()
    assert asked == ["WM-1", "WM-2"]


def test_one_closing_site_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    inventories = [counting(a_practice(), successor=a_practice()) for _ in range(2)]
    done: list[int] = []

    def broken(actor: Any, inventory: int, *, most: int) -> int:
        if inventory == inventories[0].pk:
            raise RuntimeError("what the message quotes")
        done.append(inventory)
        return 0

    monkeypatch.setattr("portal.records.closures.services.move_records.expect_more", broken)
    with pytest.raises(SomeFailed, match=f"^{inventories[0].organisation.code} .*RuntimeError"):
        move_records()
    assert done == [inventories[1].pk]
