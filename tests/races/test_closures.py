"""Two people who count the same envelope at once (J18).

The lock on the count makes the second one read that it was ticked off. With the lock taken out, which was tried, the
database refuses the second, and the person is told nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.access import Actor
from portal.records.closures.models import Counted, Inventory
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.services.count_records import count_records
from portal.records.closures.tests.factories import counting
from portal.records.tests.factories import a_practice, a_record
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
COUNTING = "portal.records.closures.services.count_records"


def _two_count(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    site = a_practice()
    record = a_record(site)
    counting(site)
    Meeting().after(monkeypatch, f"{COUNTING}._line")
    people = [Actor(name=name, audience="staff", permissions=frozenset({COUNT_RECORDS.code})) for name in ("Ann", "Bo")]
    results = at_once(*[lambda who=who: count_records(who, site.code, [record.reference]) for who in people])
    assert Counted.objects.count() == 1
    return results


def test_the_second_reads_that_it_was_ticked_off(monkeypatch: pytest.MonkeyPatch) -> None:
    said = sorted(line.said for [line] in _two_count(monkeypatch))
    assert said == ["Ticked off before.", "Ticked off."]


def test_without_the_lock_the_second_fails_at_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked = Inventory.objects.select_related("organisation")
    monkeypatch.setattr(f"{COUNTING}.lock_inventory", lambda _, code: unlocked.get(organisation__code=code))
    results = _two_count(monkeypatch)
    assert sum(isinstance(each, Exception) for each in results) == 1
