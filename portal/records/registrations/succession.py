"""Which NHS number a patient has now, when one was replaced by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import connection
from django.utils import timezone

from portal.records.registrations.incoming import Registration
from portal.records.registrations.models import RegisteredPatient, RegistrationEvent, SupersededNumber


def hold_numbers(*, alone: bool) -> None:
    """Nobody replaces a number until this transaction ends; ``alone`` for the one that replaces. Before any row."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"select {lock}(hashtextextended('superseded numbers', 0))")


def current_number(number: str) -> str:
    """The number that stands for this one today: itself, unless it was replaced. Loops cannot be (a trigger)."""
    while (found := _successor(number)) is not None:
        number = found
    return number


def current_numbers(numbers: set[str]) -> dict[str, str]:
    """For those of the numbers that were replaced: the one that stands today. A query for each step of a succession."""
    today: dict[str, str] = {}
    looking = set(numbers)
    while looking:
        found = dict(SupersededNumber.objects.filter(number__in=looking).values_list("number", "replaced_by"))
        looking = set(found.values())
        today = {first: found.get(last, last) for first, last in today.items()}
        today |= {first: last for first, last in found.items() if first in numbers and first not in today}
    return today


def with_current_number(event: Registration) -> Registration:
    """The event about the number that stands today; one that replaces a number is left as it is."""
    number = event.patient.nhs_number
    if not number or event.kind == "SUPERSEDED":
        return event
    return replace(event, patient=replace(event.patient, nhs_number=current_number(number)))


def succession_of(event: Registration, old: RegisteredPatient | None) -> str:
    """The effect of a message that one number replaced another; ``old`` is who has the replaced one here, locked."""
    number, after = event.patient.nhs_number, current_number(event.replaced_by)
    known = _successor(number)
    if known is not None:
        return "replaced_before" if current_number(number) == after else "number_contradicts"
    if after == number:
        return "number_contradicts"
    new = RegisteredPatient.objects.select_for_update().filter(nhs_number=after).first()
    if new is None:
        return "number_replaced"
    if old is not None:
        return "patients_to_join"
    return "number_contradicts" if _differ(event.patient.born_on, new.born_on) else "number_replaced"


def replace_number(event: Registration, patient: RegisteredPatient | None, row: RegistrationEvent) -> None:
    """Keeps that the number was replaced; a patient who has it gets the one that stands now. The caller saves it."""
    SupersededNumber.objects.create(
        number=event.patient.nhs_number,
        replaced_by=event.replaced_by,
        said_at=event.sent_at or timezone.now(),
        said_by=row,
    )
    if patient is not None:
        patient.nhs_number = current_number(event.replaced_by)


def _successor(number: str) -> str | None:
    return SupersededNumber.objects.filter(number=number).values_list("replaced_by", flat=True).first()


def _differ(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one != other
