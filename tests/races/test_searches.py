"""Two places find one missing record at once (J26; P2). Run as the code is, and with its locks taken out."""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict
from portal.records.models import CustodyEvent, Movement
from portal.records.searches.models import SearchTask
from portal.records.searches.services.answer_search import AnswerSearch, answer_search_for
from portal.records.searches.tests.test_searching import ask, missing_on_the_way
from portal.records.tests.factories import operator
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _both_ends_find_it(monkeypatch: pytest.MonkeyPatch, movement: Movement) -> list[Any]:
    Meeting().after(monkeypatch, "portal.records.searches.services.answer_search._locked")
    tasks = [ask(movement, movement.origin), ask(movement, movement.destination)]
    results = at_once(
        *(
            lambda task=task: answer_search_for(
                operator(), AnswerSearch(reference=task.reference, is_found=True, where="Here")
            )
            for task in tasks
        )
    )
    set_scope("system")
    return results


def test_only_one_of_two_places_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    movement = missing_on_the_way()
    before = CustodyEvent.objects.count()
    results = _both_ends_find_it(monkeypatch, movement)
    assert sorted(isinstance(each, Conflict) for each in results) == [False, True]
    assert SearchTask.objects.filter(state="found").count() == 1
    assert CustodyEvent.objects.count() == before + 1


def test_without_the_locks_the_second_answer_is_no_calm_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen: the keys of the chain and ``search_found_once`` then have to stop it, with an error for the person."""
    movement = missing_on_the_way()
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda query, **named: query)
    results = _both_ends_find_it(monkeypatch, movement)
    assert not any(isinstance(each, Conflict) for each in results)
    assert any(isinstance(each, Exception) for each in results)
