"""Any two patients can be joined: no part is lost or doubled, and in the end all of it lies where the patient is."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from django.utils import timezone

from portal.foundation.access.row_security import system_scope
from portal.foundation.errors import Conflict
from portal.foundation.invariants import find_broken
from portal.records.chain import changed_links
from portal.records.models import Label, Movement, PaperRecord, RecordPart
from portal.records.registrations.models import RegisteredPatient, WantedMovement
from portal.records.registrations.moving import begin_waiting
from portal.records.registrations.tests.factories import ELSEWHERE, HERE, THERE, practices, take
from portal.records.registrations.tests.samples import NUMBER, OTHER_NUMBER
from portal.records.registrations.tests.test_joining import a_part_at, join_them, new, old, place, two
from portal.records.registrations.tests.test_superseded import joined
from portal.records.services.join_store import join_everything
from portal.records.services.settle_movement import mark_missing
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.tests.factories import Journey, a_record, chain_of, labelled, operator

pytestmark = pytest.mark.django_db
PLACES = (HERE, THERE, ELSEWHERE, "STORE")
PROGRESS = ("requested", "labelled", "bagged", "collected", "hub_in", "delivered", "missing", "ended")


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_two_have_it_comes_together(seed: int) -> None:
    draw = random.Random(seed)
    practices()
    question = two(draw.choice((HERE, THERE, "")), draw.choice((HERE, THERE, "")))
    for patient in (old(), new()):
        _paper(draw, patient)
        if draw.random() < 0.4:
            number = NUMBER if patient == old() else OTHER_NUMBER
            event = joined(number, f"E-{number}", f"{draw.randrange(5, 20):02}")
            take(event.replace(HERE.encode(), draw.choice((HERE, THERE, ELSEWHERE)).encode()))
    with system_scope():
        before = {part.id: (part.holder_id, chain_of(part)) for part in RecordPart.objects.all()}
        assert find_broken() == []
        join_them(question)
        assert {part.id: (part.holder_id, chain_of(part)) for part in RecordPart.objects.all()} == before
        _is_whole()
        _let_it_travel()
        _is_whole()
        home = new().registered_at
        if home is not None and before:
            kept = RecordPart.objects.filter(state="kept").exclude(bags__state__in=("missing", "lost"))
            assert {part.holder.organisation_id for part in kept} <= {home.id}
        assert set(before) == set(RecordPart.objects.values_list("id", flat=True))


def _paper(draw: random.Random, patient: RegisteredPatient) -> None:
    """A record in up to three parts, here and there, some of them on their way, each at another point."""
    if draw.random() < 0.2:
        return
    record = a_record(place(draw.choice(PLACES)), patient=patient)
    for _ in range(draw.randrange(3)):
        a_part_at(draw.choice(PLACES), record)
    first = record.parts.select_related("holder").order_by("number").first()
    assert first is not None
    RegisteredPatient.objects.filter(id=patient.id).update(
        record_at=first.holder.organisation_id, record_in_store=first.holder.kind == "store"
    )
    for code in draw.sample(PLACES, k=draw.randrange(3)):
        destination = place(draw.choice([each for each in PLACES if each != code]))
        command = {"origin": place(code), "destination": destination, "reason": draw.choice(("registration", "left"))}
        try:
            with transaction.atomic():
                movement = start_movement(operator(), StartMovement(record=record, **command))
        except Conflict:
            continue  # it has nothing there
        _travel(draw.choice(PROGRESS), movement)
    PaperRecord.objects.filter(id=record.id).update(is_sealed=draw.random() < 0.2)


def _travel(how_far: str, movement: Movement) -> None:
    if how_far == "requested":
        return
    for label in labelled(movement):
        way = Journey(label)
        if how_far in ("collected", "hub_in", "delivered"):
            way.scan("collected", movement.origin)
        if how_far in ("hub_in", "delivered"):
            way.scan("hub_in")
        if how_far == "delivered":
            way.scan("delivered", movement.destination)
        if how_far == "bagged":
            way.scan("bagged", movement.origin)
        if how_far == "ended":
            way.scan("received" if movement.destination.kind == "practice" else "shelved", movement.destination)
    if how_far == "missing":
        mark_missing(operator(), movement.reference, 1, "Not found")


def _is_whole() -> None:
    assert find_broken() == []
    assert list(changed_links()) == []
    assert not RecordPart.objects.filter(record__patient=old()).exists()
    assert not Movement.objects.filter(record__patient=old(), ended_at=None).exists()
    assert not WantedMovement.objects.filter(patient=old(), ended_at=None).exists()
    assert PaperRecord.objects.values("is_sealed").distinct().count() <= 1


def _let_it_travel() -> None:
    """Every bag that is not looked for comes to where it is sent, and the worker does what it does, some rounds."""
    for _ in range(4):
        begin_waiting()
        join_everything()
        for movement in Movement.objects.filter(ended_at=None).exclude(state__in=("missing", "lost")):
            made = list(Label.objects.filter(bag__movement=movement, voided_at=None))
            for label in made or labelled(movement):
                kind = "received" if movement.destination.kind == "practice" else "shelved"
                Journey(label, timezone.now()).scan(kind, movement.destination)
