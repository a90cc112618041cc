"""Records, movements and scans for tests, made by the services that make real ones."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.foundation.access import Actor, system_actor
from portal.foundation.access.row_security import system_scope
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.models import Bag, Holder, Label, Movement, PaperRecord, RecordPart
from portal.records.permissions import MOVE_RECORDS, SCAN_RECORDS, START_MOVEMENTS, VIEW_ALL_RECORDS, WORK_RECORDS
from portal.records.places import holder_of, own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.services.enter_record import EnterRecord, enter_record
from portal.records.services.keep_store import AddBoxes, add_boxes, add_building, add_shelf
from portal.records.services.prepare_movement import make_labels
from portal.records.services.shelve_bags import shelve_bags
from portal.records.services.start_movement import StartMovement, start_movement
from portal.records.services.take_scans import Answer, Scanned, take_scans

_count = itertools.count(1)


def operator() -> Actor:
    """The portal itself, with everything that records allow."""
    return system_actor("Records", MOVE_RECORDS, SCAN_RECORDS, START_MOVEMENTS, VIEW_ALL_RECORDS, WORK_RECORDS)


def nhs_number(number: int) -> str:
    """A valid number of the 999 range, which no patient has; the nearest one from ``number`` on."""
    while True:
        digits = f"999{number:06}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return digits + str(0 if check == 11 else check)
        number += 1


def a_patient(**values: Any) -> RegisteredPatient:
    """A patient with a number nobody has."""
    number = next(_count) * 2
    return RegisteredPatient.objects.create(
        **{"nhs_number": nhs_number(number), "family_name": f"TESTER{number}", "names": "ANN", **values}
    )


def a_practice(**values: Any) -> Holder:
    """A practice as a holder."""
    return holder_of(OrganisationFactory(**values))


def a_record(holder: Holder, *, parts: int = 1, patient: RegisteredPatient | None = None) -> PaperRecord:
    """A record that ``holder`` has."""
    since = timezone.now() - timedelta(days=30)
    return enter_record(
        operator(),
        EnterRecord(patient=patient or a_patient(), holder=holder, how="A test says so", parts=parts, since=since),
    )


def a_movement(
    origin: Holder | None = None, destination: Holder | None = None, *, parts: int = 1, **values: Any
) -> Movement:
    """A movement of a new record between two practices (new ones unless given)."""
    here = origin or a_practice()
    command = {"reason": "registration", **values}
    return start_movement(
        operator(),
        StartMovement(
            record=a_record(here, parts=parts), origin=here, destination=destination or a_practice(), **command
        ),
    )


def labelled(movement: Movement) -> list[Label]:
    """The labels of its bags, made now."""
    return make_labels(operator(), movement.reference)


def a_shelf(*, boxes: int = 2, capacity: int = 3) -> tuple[str, str, str]:
    """A new shelf of the store with boxes: the codes of its building, of itself, and of its first box."""
    name = f"T{next(_count):04}"
    add_building(operator(), name, "The test's building")
    add_shelf(operator(), name, "A-01")
    first = f"{name}-001"
    add_boxes(operator(), AddBoxes(building=name, shelf="A-01", first=first, number=boxes, capacity=capacity))
    return name, "A-01", first


def stored_label(box: str = "") -> Label:
    """The label of a bag that came to the store, and lies in ``box`` if one is named."""
    [label] = labelled(a_movement(destination=own_place("store"), reason="left"))
    Journey(label).scan("shelved", own_place("store"))
    if box:
        shelve_bags(operator(), box, [label.code])
    return label


def stored_bag(box: str = "", label: Label | None = None) -> Bag:
    """A bag in the store that is wanted at a practice: the bag of its new movement."""
    part = (label or stored_label(box)).bag.part
    movement = start_movement(
        operator(),
        StartMovement(record=part.record, origin=own_place("store"), destination=a_practice(), reason="returning"),
    )
    bag: Bag = movement.bags.get()
    return bag


class Journey:
    """Scans of one label, each a minute after the other, with keys of their own."""

    def __init__(self, label: Label, started: datetime | None = None) -> None:
        self.label = label
        self.at = started or timezone.now() - timedelta(hours=5)

    def scanned(self, kind: str, place: Holder | None = None, **values: Any) -> Scanned:
        """The next scan, not yet sent."""
        self.at += timedelta(minutes=1)
        where = place or own_place("hub")
        return Scanned(
            **{"key": f"test-{next(_count)}", "kind": kind, "code": self.label.code, "place": where, "at": self.at}
            | values
        )

    def scan(self, kind: str, place: Holder | None = None, **values: Any) -> Answer:
        """The next scan, sent."""
        return take_scans(operator(), [self.scanned(kind, place, **values)])[0]


def chain_of(part: RecordPart) -> list[tuple[str, str, str]]:
    """(from, to, proof) of every link, the oldest first."""
    with system_scope():
        links = part.custody.select_related("from_holder", "to_holder").order_by("sequence")
        return [(each.from_holder.code if each.from_holder else "", each.to_holder.code, each.proof) for each in links]


def organisation_of(holder: Holder) -> Organisation:
    """The practice that the holder is."""
    assert holder.organisation is not None
    return holder.organisation
