"""How movements of records are counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.access.row_security import system_scope
from portal.foundation.levels.counting import period
from portal.foundation.levels.months import month_of
from portal.foundation.levels.reading import Counts, LevelFilter, own
from portal.organisations.models import Organisation
from portal.records.levels import RECORDS
from portal.records.models import Bag, Discrepancy, Movement
from portal.records.tests.factories import Journey, a_movement, labelled, organisation_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def _moved(*, asked: int, expected: int, parts: int = 1, arrive: int = 1) -> Movement:
    """Asked for so many days ago, expected so many days ago; ``arrive`` of its bags are at the door now."""
    movement = a_movement(parts=parts)
    for label in labelled(movement)[:arrive]:
        Journey(label).scan("delivered", movement.destination)
    Movement.objects.filter(id=movement.id).update(
        # A journey begins five hours ago: before five in the morning that was yesterday.
        asked_at=timezone.now() - timedelta(days=asked, hours=5),
        expected_by=TODAY() - timedelta(days=expected),
    )
    movement.refresh_from_db()
    return movement


def _counted(movement: Movement, site: Organisation | None = None) -> Counts:
    where = site or organisation_of(movement.destination)
    actor = Actor(
        name="Clerk", audience="contractor", organisation_id=where.id, permissions=permissions_of(["read_only"], "gp")
    )
    month = month_of(movement.expected_by)
    return own(actor, RECORDS, LevelFilter(first=month, last=month)).get(month, {})  # type: ignore[return-value]


def _said(movement: Movement) -> dict[str, tuple[int, int]]:
    return {code: (each.counted, each.met) for code, each in _counted(movement).items()}  # type: ignore[attr-defined,misc]


def test_a_record_that_came_after_its_day_is_late_and_its_way_is_measured() -> None:
    movement = _moved(asked=12, expected=2)
    found = _counted(movement)
    assert _said(movement) == {"by_expected": (1, 0), "right": (1, 1), "door_to_door": (1, 1)}
    assert found["door_to_door"].days_of(0.5) == 12  # type: ignore[index]


def test_a_record_has_come_when_its_last_bag_has() -> None:
    assert _said(_moved(asked=12, expected=2, parts=2, arrive=1)) == {"by_expected": (1, 0), "right": (1, 1)}


def test_what_came_on_its_day_is_counted_on_the_day_after() -> None:
    assert _said(_moved(asked=5, expected=0)) == {"waiting": (1, 1)}


def test_a_bag_that_came_to_the_wrong_place_counts_also_when_it_was_put_right() -> None:
    movement = _moved(asked=12, expected=2)
    Discrepancy.objects.create(
        kind="wrong_place", bag=Bag.objects.get(movement=movement), settled_at=timezone.now(), settled_by_name="Rita",
        outcome="Sent on",
    )  # fmt: skip
    assert _said(movement)["right"] == (1, 0)


def test_a_movement_counts_for_the_site_that_waits_for_it() -> None:
    movement = _moved(asked=12, expected=2)
    assert _counted(movement, organisation_of(movement.origin)) == {}


def test_a_month_is_that_of_the_expected_date() -> None:
    movement = _moved(asked=12, expected=2)
    Movement.objects.filter(id=movement.id).update(expected_by=date(2026, 2, 28))
    movement.refresh_from_db()
    assert _said(movement)["by_expected"] == (1, 0)


def test_a_site_s_own_movements_are_found_by_an_index_behind_the_second_wall() -> None:
    """Seen to fail with COALESCE, which is not leakproof: every movement of England was read for each look."""
    site = organisation_of(_moved(asked=12, expected=2).destination)
    things = RECORDS.things_where(f"and {RECORDS.of_organisation} = %(organisation)s")
    with system_scope(), connection.cursor() as cursor:
        cursor.execute("drop index records_by_expected; set local enable_seqscan = off")  # the only other way
        cursor.execute(f"explain {things}", {**period(TODAY(), TODAY()), "organisation": site.id})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: ((CASE WHEN (destination_organisation_id IS NULL)" in plan, plan
