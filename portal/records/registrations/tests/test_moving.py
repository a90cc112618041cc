"""What the registers want becomes a movement of paper, and follows it (J28, J26)."""

from __future__ import annotations

import pytest

from portal.records.models import Movement, RecordPart
from portal.records.registrations.models import WantedMovement
from portal.records.registrations.moving import begin_waiting
from portal.records.registrations.tests.factories import (
    ELSEWHERE,
    HERE,
    THERE,
    arrived,
    from_authority,
    from_practice,
    left,
    practice,
    practices,
    standing,
    take,
)
from portal.records.registrations.tests.samples import acceptance, answer, deduction
from portal.records.services.settle_movement import cancel_movement
from portal.records.tests.factories import operator

pytestmark = pytest.mark.django_db
BORN = from_practice("G1", acceptance(kind="1", practice=THERE, transaction="5"), sent="202601011000")
MOVED = from_practice("G1", acceptance(kind="3", practice=HERE, transaction="17"))
MOVED_ON = from_practice("G1", acceptance(kind="3", practice=ELSEWHERE, transaction="18"), sent="202602011000")


@pytest.fixture(autouse=True)
def _practices() -> None:
    practices()
    take(BORN)


def _movements() -> list[tuple[str, str, str, str]]:
    rows = Movement.objects.select_related("origin", "destination").order_by("id")
    return [(row.origin.code, row.destination.code, row.state, row.reason) for row in rows]


def test_a_registration_starts_the_movement_of_the_paper() -> None:
    take(MOVED)
    assert _movements() == [(THERE, HERE, "requested", "registration")]
    assert Movement.objects.get().origin_organisation == practice(THERE)


def test_a_refused_registration_cancels_it() -> None:
    take(MOVED)
    take(from_authority("F3", answer(practice=HERE)))
    assert _movements() == [(THERE, HERE, "cancelled", "registration")]


def test_a_later_registration_turns_it_before_it_has_left() -> None:
    take(MOVED)
    take(MOVED_ON)
    assert _movements() == [
        (THERE, HERE, "cancelled", "registration"),
        (THERE, ELSEWHERE, "requested", "registration"),
    ]


def test_what_has_left_goes_on_from_where_it_arrives() -> None:
    take(MOVED)
    left()
    take(MOVED_ON)
    assert [row[2] for row in _movements()] == ["collected"]
    arrived()
    assert _movements() == [
        (THERE, HERE, "in_storage", "registration"),
        (HERE, ELSEWHERE, "requested", "registration"),
    ]


def test_a_record_in_the_store_leaves_by_itself_when_its_patient_registers_again() -> None:
    """The step that failed for 130,000 records."""
    take(from_authority("F2", deduction(practice=THERE, reason="2")))
    arrived()
    assert RecordPart.objects.get().holder.kind == "store"
    take(MOVED_ON)
    assert _movements()[1:] == [("STORE", ELSEWHERE, "requested", "returning")]


def test_custody_is_believed_before_the_registers() -> None:
    take(MOVED)
    arrived()
    assert standing() == []
    part = RecordPart.objects.select_related("holder").get()
    assert part.holder.code == HERE
    take(MOVED_ON)
    assert _movements()[-1][:2] == (HERE, ELSEWHERE)


def test_a_movement_that_the_operator_cancels_is_no_longer_wanted() -> None:
    take(MOVED)
    cancel_movement(operator(), Movement.objects.get().reference, "Never at the practice")
    assert standing() == []


def test_what_could_not_begin_begins_later() -> None:
    take(MOVED)
    WantedMovement.objects.update(movement_reference="")
    Movement.objects.update(wanted_reference="")
    assert begin_waiting() == 0
    cancel_movement(operator(), Movement.objects.get().reference, "Made anew")
    assert begin_waiting() == 1
    assert _movements()[-1][2] == "requested"
