"""Two people at the hub who put the same bag into its cage at once, or open a cage again while it leaves (J26).

The lock makes the second one read where the bag is. With the lock taken out the database refuses the second, and the
person is told nothing. Two cages cannot race for one bag: one at a time is open for a place, and a bag with another
place is refused by the service and by the database, whoever is first.
"""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import Conflict
from portal.records.hub.models import Cage, CageBag
from portal.records.hub.services.fill_cage import fill_cage, open_cage
from portal.records.hub.services.send_cage import close_cage, hand_over_cage, reopen_cage
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


def _reopened_while_it_leaves(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    here = a_practice()
    [label] = labelled(a_movement(destination=here))
    Journey(label).scan("hub_in")
    cage = open_cage(operator(), here.code).reference
    fill_cage(operator(), cage, [label.code])
    close_cage(operator(), cage)
    Meeting().after(monkeypatch, "portal.records.hub.services.send_cage.lock_cage")
    results = at_once(lambda: hand_over_cage(operator(), cage), lambda: reopen_cage(operator(), cage))
    set_scope("system")
    return results


def test_a_cage_leaves_or_is_opened_again_and_the_other_reads_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _reopened_while_it_leaves(monkeypatch)
    assert sum(isinstance(each, Conflict) for each in results) == 1
    inside = CageBag.objects.filter(ended_at=None).count()
    assert (Cage.objects.get().state, inside) in (("left", 0), ("open", 1))


def test_without_the_lock_the_states_stop_the_second_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked = Cage.objects.select_related("hub", "destination")
    monkeypatch.setattr("portal.records.hub.services.send_cage.lock_cage", lambda _, code: unlocked.get(reference=code))
    results = _reopened_while_it_leaves(monkeypatch)
    assert not any(isinstance(each, Conflict) for each in results)
    assert sum(isinstance(each, Exception) for each in results) == 1
