"""Two people at the hub who put the same bag into its cage at once (J26).

The lock makes the second one read where the bag is. With the lock taken out the database refuses the second, and the
person is told nothing. Two cages cannot race for one bag: one at a time is open for a place, and a bag with another
place is refused by the service and by the database, whoever is first.
"""

from __future__ import annotations

from typing import Any

import pytest

from portal.records.hub.models import CageBag
from portal.records.hub.services.fill_cage import fill_cage, open_cage
from portal.records.models import Label
from portal.records.tests.factories import Journey, a_movement, a_practice, labelled, operator
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
FILLING = "portal.records.hub.services.fill_cage"


def _two_fill(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    here = a_practice()
    labels = [labelled(a_movement(destination=here))[0] for _ in range(2)]
    for label in labels:
        Journey(label).scan("hub_in")
    cage = open_cage(operator(), here.code).reference
    Meeting().after(monkeypatch, f"{FILLING}._judge")
    results = at_once(*[lambda: fill_cage(operator(), cage, [labels[0].code])] * 2)
    assert CageBag.objects.filter(ended_at=None).count() == 1
    return results


def test_the_second_reads_that_the_bag_is_in_already(monkeypatch: pytest.MonkeyPatch) -> None:
    said = sorted(answer.said for [answer] in _two_fill(monkeypatch))
    assert said == ["In the cage.", "It was in here already."]


def test_without_the_lock_the_second_fails_at_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.records.hub.models import Cage

    monkeypatch.setattr(f"{FILLING}.lock_movements", lambda ids: None)
    monkeypatch.setattr(f"{FILLING}._arrive", lambda actor, hub, codes: ({}, _labels(codes)))
    monkeypatch.setattr(
        f"{FILLING}.lock_cage",
        lambda actor, reference: Cage.objects.select_related("hub", "destination").get(reference=reference),
    )
    assert sum(isinstance(each, Exception) for each in _two_fill(monkeypatch)) == 1


def _labels(codes: list[str]) -> dict[str, Label]:
    found = Label.objects.filter(code__in=codes)
    return {each.code: each for each in found.select_related("bag__movement__destination", "bag__part")}
