"""Two people who count the same envelope at once, and one who ticks off what another finds elsewhere (J18, J26).

The lock on the count makes the second one read that it was ticked off. With the lock taken out, which was tried, the
database refuses the second, and the person is told nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.access import Actor
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict
from portal.records.closures.models import Counted, Inventory
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.services.count_records import count_records
from portal.records.closures.tests.factories import counting
from portal.records.closures.tests.test_not_found import not_found_at
from portal.records.models import Bag
from portal.records.places import own_place
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.tests.factories import a_practice, a_record, operator
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


def _found_in_two_places(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    site = a_practice()
    record = a_record(site)
    not_found_at(site, record)
    task = SearchTask.objects.get(holder=own_place("hub"))
    Meeting().after(monkeypatch, "portal.records.searches.services.answer_search.withdraw")
    counter = Actor(name="Ann", audience="staff", permissions=frozenset({COUNT_RECORDS.code}))
    answer = AnswerSearch(reference=task.reference, is_found=True, where="Behind a cage")
    results = at_once(
        lambda: count_records(counter, site.code, [record.reference]), lambda: answer_search_for(operator(), answer)
    )
    set_scope("system")
    return results


def test_what_two_places_find_at_once_is_found_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _found_in_two_places(monkeypatch)
    assert sorted(isinstance(each, Conflict) for each in results) == [False, True]
    assert Bag.objects.exclude(state="cancelled").count() == 1


def test_without_the_locks_the_second_is_no_calm_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen: the triggers of the bag and the keys of the chain then have to stop it, with an error for the person."""
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda query, **named: query)
    results = _found_in_two_places(monkeypatch)
    assert not any(isinstance(each, Conflict) for each in results)
    assert any(isinstance(each, Exception) for each in results)
