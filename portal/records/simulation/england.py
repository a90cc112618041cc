"""Practices, people, records and movements of a simulated week, written in bulk (generated people only).

What the week itself does to them goes through the real services. This only brings the world about, past the services
because a hundred thousand separate commands would measure the wrong thing; every constraint of the database holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from portal.foundation.access import Actor
from portal.organisations.models import Organisation
from portal.records.chain import HandOver, link
from portal.records.models import Bag, CustodyEvent, Holder, Label, Movement, PaperRecord, RecordPart
from portal.records.places import own_place
from portal.records.registrations.models import RegisteredPatient
from portal.records.simulation.routes import Places

_NAMES = ("ABARA", "BAINES", "CHOWDHURY", "DALE", "EVANS", "FERN", "GRANT", "HOSSAIN", "IQBAL", "JONES", "KAUR", "LEE")
_GIVEN = ("ADA", "BEN", "CARA", "DEV", "ELIF", "FINN", "GRACE", "HANA", "IVO", "JUNE", "KIT", "LENA")
_OVERDUE = timedelta(days=30)  # so long ago should the movements have arrived: what is lost shows at the week's end
# One record in eight goes to the store, one in ten comes from it.
_TO_STORE, _FROM_STORE = 0.12, 0.10


def numbers_of_nobody(start: int = 0) -> Iterator[str]:
    """Every valid number of the 999 range, which no patient has, from ``start`` on."""
    for number in range(start, 1_000_000):
        digits = f"999{number:06}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            yield digits + str(0 if check == 11 else check)


def make_places(directory: Sequence[tuple[str, str]], *, generated: int = 40) -> Places:
    """The practices of the directory as holders, or generated ones where it is empty; two hubs, courier and store."""
    given = directory or [(f"ZZ9{number:03}", f"SIMULATED SURGERY {number}") for number in range(1, generated + 1)]
    known = Organisation.objects.in_bulk([code for code, _ in given], field_name="code")
    Organisation.objects.bulk_create(
        Organisation(code=code, name=name, kind="gp_practice", contractor_type="gp", status="active")
        for code, name in given
        if code not in known
    )
    organisations = Organisation.objects.filter(code__in=[code for code, _ in given]).order_by("code")
    Holder.objects.bulk_create(
        [Holder(code=each.code, kind="practice", name=each.name, organisation=each) for each in organisations],
        ignore_conflicts=True,
    )
    north, _ = Holder.objects.get_or_create(code="HUBNORTH", defaults={"kind": "hub", "name": "The northern hub"})
    practices = Holder.objects.filter(kind="practice", code__in=[code for code, _ in given]).order_by("code")
    return Places(
        courier=own_place("courier"),
        hubs=(own_place("hub"), north),
        store=own_place("store"),
        practices=tuple(practices.select_related("organisation")),
    )


@transaction.atomic
def make_movements(
    actor: Actor, draw: random.Random, places: Places, numbers: Iterator[str], count: int, monday: datetime
) -> list[Label]:
    """Movements of so many new records, with a label on each bag, waiting to be packed."""
    patients = [_patient(draw, number) for _, number in zip(range(count), numbers, strict=False)]
    RegisteredPatient.objects.bulk_create(patients)
    records = PaperRecord.objects.bulk_create(PaperRecord(patient=each) for each in patients)
    movements, parts, links, bags = [], [], [], []
    for each in records:
        origin, destination = _ends(draw, places)
        movement = _movement(each, origin, destination, monday)
        movements.append(movement)
        for number in range(1, draw.choices((1, 2, 3), (55, 33, 12))[0] + 1):
            part = RecordPart(record=each, number=number, holder=origin, since=monday, digest=b"")
            parts.append(part)
            bags.append(Bag(movement=movement, part=part, number=number))
    for part, key in zip(parts, _keys(RecordPart._meta.db_table, len(parts)), strict=True):
        part.pk = key
        held = HandOver(part=part, to=part.holder, at=part.since, proof="entered", note="Simulated")
        links.append(link(actor, held))
    Movement.objects.bulk_create(movements)
    RecordPart.objects.bulk_create(parts)
    CustodyEvent.objects.bulk_create(links)
    Bag.objects.bulk_create(bags)
    return Label.objects.bulk_create(Label(bag=bag, made_by_name=actor.name, made_at=monday) for bag in bags)


def _ends(draw: random.Random, places: Places) -> tuple[Holder, Holder]:
    origin, destination = draw.sample(places.practices, 2)
    drawn = draw.random()
    if drawn < _TO_STORE:
        return origin, places.store
    if drawn < _TO_STORE + _FROM_STORE:
        return places.store, destination
    return origin, destination


def _patient(draw: random.Random, number: str) -> RegisteredPatient:
    born = date(1930, 1, 1) + timedelta(days=draw.randrange(90 * 365))
    return RegisteredPatient(
        nhs_number=number, family_name=f"{draw.choice(_NAMES)}TEST", names=draw.choice(_GIVEN), born_on=born
    )


def _movement(record: PaperRecord, origin: Holder, destination: Holder, monday: datetime) -> Movement:
    return Movement(
        record=record,
        origin=origin,
        destination=destination,
        origin_organisation_id=origin.organisation_id,
        destination_organisation_id=destination.organisation_id,
        reason="registration" if destination.kind == "practice" else "left",
        asked_at=monday - _OVERDUE,
        asked_by_name="Simulation",
        expected_by=(monday - _OVERDUE).date(),
    )


def _keys(table: str, count: int) -> list[int]:
    """Ids for rows that are digested before they are written."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]
