"""The nightly join of store and registrations: who must leave leaves, and nobody else (J26; issue 4).

``bin/benchmark join`` does the same with a million of each.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from portal.records.models import Holder, Movement, PaperRecord, RecordPart
from portal.records.places import holder_of, own_place
from portal.records.services import join_store
from portal.records.services.join_store import join_everything
from portal.records.services.settle_movement import cancel_movement
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import a_patient, a_practice, a_record, operator, organisation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Holder:
    return a_practice()


def _everybody(home: Holder) -> list[PaperRecord]:
    """One record for every way that four facts can meet; returns those that must leave the store, in order."""
    leaving = []
    for stored, registered, has_died, parts, before in itertools.product(
        (True, False), (True, False), (True, False), (1, 2), ("nothing", "under way", "cancelled", "missing")
    ):
        patient = a_patient(registered_at=organisation_of(home) if registered else None, has_died=has_died)
        at = own_place("store") if stored else a_practice()
        record = a_record(at, parts=parts, patient=patient)
        if before in ("under way", "cancelled"):
            to = a_practice()
            movement = start_movement(
                operator(), StartMovement(record=record, origin=at, destination=to, reason="requested")
            )
            if before == "cancelled":
                cancel_movement(operator(), movement.reference, "By mistake")
        if before == "missing":
            RecordPart.objects.filter(record=record).update(state="missing")
        if stored and registered and not has_died and before in ("nothing", "cancelled"):
            leaving.append(record)
    return leaving


def test_of_everybody_exactly_those_leave_who_must(home: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few at a time, so that no border between two transactions or two comparisons loses or doubles one."""
    monkeypatch.setattr(join_store, "_AT_ONCE", 2)
    monkeypatch.setattr(join_store, "_MOST", 3)
    leaving = _everybody(home)
    known = set(Movement.objects.values_list("id", flat=True))
    assert join_everything() == len(leaving) == 4
    begun = Movement.objects.exclude(id__in=known).order_by("record_id")
    assert [each.record for each in begun] == leaving
    assert {(each.origin.kind, each.destination, each.reason) for each in begun} == {("store", home, "returning")}
    assert [each.bags.count() for each in begun] == [each.parts.count() for each in leaving]
    assert join_everything() == 0


def test_one_that_leaves_meanwhile_is_passed_over(home: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found as forgotten, and on its way by the time its turn comes: no second movement, and the rest still leave."""
    records = [a_record(own_place("store"), patient=a_patient(registered_at=organisation_of(home))) for _ in range(3)]
    send_home: Callable[..., int] = join_store.send_home

    def somebody_is_quicker(actor: Any, ids: list[int]) -> int:
        start_movement(
            operator(),
            StartMovement(record=records[1], origin=own_place("store"), destination=home, reason="requested"),
        )
        return send_home(actor, ids)

    monkeypatch.setattr(join_store, "send_home", somebody_is_quicker)
    assert join_everything() == 2
    assert Movement.objects.filter(record=records[1]).count() == 1


def test_the_two_lists_are_compared_once_however_many_are_forgotten(
    home: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail when it compared again for every transaction: hours, with 130,000 forgotten records."""
    monkeypatch.setattr(join_store, "_AT_ONCE", 1)
    for _ in range(3):
        a_record(own_place("store"), patient=a_patient(registered_at=organisation_of(home)))
    compared = []

    def count(execute: Any, sql: str, *arguments: Any) -> Any:
        if "holder.kind = 'store'" in sql:
            compared.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(count):
        assert join_everything() == 3
    assert len(compared) == 1


def test_a_practice_that_never_had_a_record_becomes_a_holder() -> None:
    first = a_practice()
    organisation = organisation_of(first)
    Holder.objects.filter(id=first.id).delete()
    a_record(own_place("store"), patient=a_patient(registered_at=organisation))
    assert join_everything() == 1
    assert Movement.objects.get().destination == holder_of(organisation)
