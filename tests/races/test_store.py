"""Two people in the store: the last place of a box, the same bag, the same walk (J26).

The locks make the second one read what the first did, and answer with a sentence. With a lock taken out, which was
tried, the database still lets nothing wrong happen, but the second person is told nothing better than that it failed;
or, for the same bag in two boxes, the second takes it out of the first one's box without saying so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError

from portal.foundation.errors import Conflict, InvalidInput
from portal.records.models import Box, Label, Movement, RecordPart, Retrieval
from portal.records.places import own_place
from portal.records.services.retrieve_bags import TakenOut, confirm_taken, say_not_found, start_wave
from portal.records.services.shelve_bags import shelve_bags
from portal.records.tests.factories import a_shelf, operator, stored_bag, stored_label
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SHELVING, RETRIEVING = "portal.records.services.shelve_bags", "portal.records.services.retrieve_bags"


def _names(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def _without_lock(actor: Any, code: str) -> Box:
    return Box.objects.select_related("shelf__building", "store").get(code=code)


def _last_place(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    _, _, box = a_shelf(capacity=1)
    labels = [stored_label(), stored_label()]
    Meeting().after(monkeypatch, f"{SHELVING}._room")
    results = at_once(*[lambda code=each.code: shelve_bags(operator(), box, [code]) for each in labels])
    assert RecordPart.objects.filter(box__code=box).count() == 1
    return results


def test_the_last_place_goes_to_one_and_the_other_reads_that_the_box_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    [refused] = [each for each in _last_place(monkeypatch) if isinstance(each, Exception)]
    assert isinstance(refused, InvalidInput) and "is full" in refused.sentence


def test_without_the_lock_only_the_database_keeps_the_second_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SHELVING}.lock_box", _without_lock)
    [refused] = [each for each in _last_place(monkeypatch) if isinstance(each, Exception)]
    assert isinstance(refused, DatabaseError)


def _same_bag(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    _, _, box = a_shelf(boxes=2)
    label = stored_label()
    Meeting().after(monkeypatch, f"{SHELVING}._room")
    jobs: list[Callable[[], Any]] = [
        lambda code=code: shelve_bags(operator(), code, [label.code]) for code in (box, f"{box[:-1]}2")
    ]
    return [answer.said for [answer] in at_once(*jobs)]


def test_of_two_who_put_the_same_bag_away_the_second_reads_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    said = _same_bag(monkeypatch)
    assert sum("It was in" in each for each in said) == 1


def test_without_the_lock_neither_reads_of_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.records.services import shelve_bags as module

    def unlocked(codes: Any) -> Any:
        ids = module.parts_with_codes(codes)
        found = RecordPart.objects.select_related("holder", "box__shelf__building").in_bulk(list(ids.values()))
        return module._Stack(parts={code: found[pk] for code, pk in ids.items()})

    monkeypatch.setattr(f"{SHELVING}._lock", unlocked)
    assert _same_bag(monkeypatch) == ["In this box now."] * 2


def _two_walks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    stored_bag()
    Meeting().after(monkeypatch, f"{RETRIEVING}._claimable")
    results = at_once(*[lambda: start_wave(operator(), own_place("store").code)] * 2)
    assert Retrieval.objects.filter(outcome="").count() == 1
    return results


def test_two_walks_at_once_do_not_fetch_the_same_bag(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _two_walks(monkeypatch)
    assert _names(results) == ["Conflict", "RetrievalWave"]
    [refused] = [each for each in results if isinstance(each, Conflict)]
    assert "Nothing is left" in refused.sentence


def test_without_the_lock_the_second_walk_fails_at_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{RETRIEVING}.lock_movements", lambda ids: None)
    monkeypatch.setattr(f"{RETRIEVING}._locked_parts", lambda bags: {each.part_id: each.part for each in bags})
    assert _names(_two_walks(monkeypatch)) == ["IntegrityError", "RetrievalWave"]


def test_of_taken_and_not_found_at_once_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    bag = stored_bag()
    wave = start_wave(operator(), own_place("store").code)
    new = Label.objects.get(bag=bag, voided_at=None).code
    old = Label.objects.filter(bag__part=bag.part_id).exclude(bag=bag).get().code
    reference = Movement.objects.get(pk=bag.movement_id).reference
    Meeting().after(monkeypatch, f"{RETRIEVING}._locked")
    results = at_once(
        lambda: confirm_taken(operator(), TakenOut(wave=wave.reference, code=old, label=new)),
        lambda: say_not_found(operator(), wave.reference, reference, 1, "Looked"),
    )
    assert _names(results) == ["Conflict", "Retrieval"]
    bag.refresh_from_db()
    assert (bag.state, Retrieval.objects.get().outcome) in (("ready", "taken"), ("missing", "not_found"))
