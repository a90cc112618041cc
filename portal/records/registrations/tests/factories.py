"""Practices, and events taken in by the service that takes in real ones."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from portal.foundation.access import Actor, system_actor
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory
from portal.records.models import Holder, Label, Movement
from portal.records.registrations.models import RegisteredPatient, WantedMovement
from portal.records.registrations.permissions import IMPORT_REGISTRATIONS
from portal.records.registrations.services.take_registration import take_registration
from portal.records.registrations.tests.samples import interchange, message, read
from portal.records.tests.factories import Journey, labelled

HERE, THERE, ELSEWHERE = "Y90001", "Y90002", "Y90003"


def importer() -> Actor:
    """The actor of the command."""
    return system_actor("Registration import", IMPORT_REGISTRATIONS)


def practice(code: str, **values: Any) -> Organisation:
    """A GP practice with this code."""
    found = Organisation.objects.filter(code=code).first()
    return found or OrganisationFactory(code=code, **values)


def practices() -> None:
    """The three of these tests."""
    for code in (HERE, THERE, ELSEWHERE):
        practice(code)


def take(content: bytes) -> list[str]:
    """Takes all events of a file and returns their effects."""
    found, rejected = read(content)
    assert rejected == []
    return [take_registration(importer(), each).effect for each in found]


def from_practice(code: str, *transactions: str, sent: str = "202601151435") -> bytes:
    """A file from the practices' side with one message."""
    return interchange(message(code, *transactions, sent=sent))


def from_authority(code: str, *transactions: str, sent: str = "202601201000") -> bytes:
    """A file from the registration authority's side with one message."""
    return interchange(message(code, *transactions, sent=sent), sender="XX11", recipient="TES5")


def the_patient() -> RegisteredPatient:
    """The only one."""
    return RegisteredPatient.objects.get()


def standing() -> list[tuple[str, str]]:
    """Where from and where to, of every movement that stands; the store is STORE."""
    rows = WantedMovement.objects.filter(ended_at=None).select_related("origin", "destination").order_by("id")
    return [
        (row.origin.code if row.origin else "STORE", row.destination.code if row.destination else "STORE")
        for row in rows
    ]


def left() -> None:
    """The courier has collected the record of the movement that stands."""
    _scan("collected", _movement().origin)


def arrived() -> None:
    """The record of the movement that stands has come to where it was sent, and it was confirmed there."""
    movement = _movement()
    _scan("received" if movement.destination.kind == "practice" else "shelved", movement.destination)


def _movement() -> Movement:
    return Movement.objects.select_related("origin", "destination").get(ended_at=None)


def _scan(kind: str, place: Holder) -> None:
    movement = _movement()
    made = list(Label.objects.filter(bag__movement=movement, voided_at=None))
    for label in made or labelled(movement):
        Journey(label, timezone.now()).scan(kind, place)
