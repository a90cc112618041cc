"""One month that cannot be counted holds up no other (P6)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.foundation.levels import counting
from portal.foundation.levels.source import LevelSource, all_sources
from portal.foundation.levels.tasks import count_months
from portal.foundation.worker.one_by_one import SomeFailed

pytestmark = pytest.mark.django_db


def test_one_month_that_cannot_be_counted_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    months, done = [date(2026, 9, 1), date(2026, 10, 1)], list[tuple[str, date]]()
    bad = all_sources()[0]

    def broken(source: LevelSource, month: date) -> None:
        if (source, month) == (bad, months[0]):
            raise RuntimeError("what the message quotes")
        done.append((source.code, month))

    monkeypatch.setattr(counting, "months_to_count", lambda source: months)
    monkeypatch.setattr(counting, "count_month", broken)
    with pytest.raises(SomeFailed, match=rf"^1 of \d+ failed: {bad.code} 2026-09 \(RuntimeError\)$"):
        count_months()
    assert done == [(each.code, month) for each in all_sources() for month in months][1:]
