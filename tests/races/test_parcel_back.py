"""A parcel with numbered forms that two people book in at once, or that arrives at that moment after all (J25, R4).

The order's lock keeps them apart. Each race has a half with the lock taken out that is seen to do harm, or to be
stopped only by the database.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.errors import Conflict, DomainError
from portal.serials.models import SerialMove, SerialRange
from portal.serials.services.check_delivery import key_of
from portal.serials.services.parcel_back import parcel_came_back
from portal.serials.tests.forms import KEEPER, staff
from portal.serials.tests.test_parcel_back import failed
from portal.supplies.models import Consignment, Order, StockMovement
from portal.supplies.services.record_delivery import RecordDelivery, record_delivery
from portal.supplies.tests.stock_books import assert_books_are_right
from portal.supplies.tests.warehouse import staff_actor
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _unlocked(actor: Any, reference: str) -> tuple[Order, Consignment]:
    found = Consignment.objects.select_related("order", "store", "organisation").get(reference=reference)
    return found.order, found


def _without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("supplies.services.return_consignment", "supplies.services.record_delivery"):
        monkeypatch.setattr(f"portal.{module}.lock_consignment", _unlocked)
    monkeypatch.setattr("portal.serials.services.parcel_back.lock_consignment", _unlocked)


def _twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    box, _ = failed()
    answers = {key_of(row): "here" for row in SerialRange.objects.filter(consignment=box)}
    Meeting().after(monkeypatch, "portal.serials.services.parcel_back.answered")
    return at_once(*[lambda: parcel_came_back(staff(*KEEPER), box.reference, answers, "") for _ in range(2)])


def _returned() -> int:
    return sum(StockMovement.objects.filter(kind="return").values_list("quantity", flat=True))


def test_two_who_book_a_parcel_in_at_once_book_it_in_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _twice(monkeypatch)
    assert sorted(type(each).__name__ for each in results) == ["Checked", "Conflict"]
    assert _returned() == 4 and SerialMove.objects.filter(note__startswith="The parcel could not").count() == 2
    assert_books_are_right()


def test_without_the_lock_the_second_meets_numbers_that_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 24 November 2026: the register's own lock is what stops the second, in the middle of its work."""
    _without_locks(monkeypatch)
    results = _twice(monkeypatch)
    late = [each for each in results if isinstance(each, Exception)]
    assert _returned() != 4 or (late and "has not come back" not in str(late[0]))


def _back_while_it_arrives(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Consignment]:
    box, _ = failed()
    answers = {key_of(row): "here" for row in SerialRange.objects.filter(consignment=box)}
    meeting = Meeting()
    meeting.after(monkeypatch, "portal.supplies.services.return_consignment.lock_consignment")  # read for the last time
    meeting.after(monkeypatch, "portal.supplies.services.record_delivery.lock_consignment")
    arrival = RecordDelivery(consignment=box.reference, received_by="Jo", delivered_at=timezone.now(), signed=True)
    results = at_once(
        lambda: parcel_came_back(staff(*KEEPER), box.reference, answers, ""),
        lambda: record_delivery(staff_actor(), arrival),
    )
    box.refresh_from_db()
    return results, box


def test_a_parcel_comes_back_or_arrives_but_not_both(monkeypatch: pytest.MonkeyPatch) -> None:
    results, box = _back_while_it_arrives(monkeypatch)
    assert sum(isinstance(each, DomainError) for each in results) == 1
    in_store = not SerialRange.objects.filter(consignment=box).exists()
    assert in_store == (box.state == "cancelled") == (_returned() == 4)
    assert_books_are_right()


def test_without_the_lock_it_is_both_or_only_a_constraint_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 24 November 2026: the constraint ``line_quantities_add_up`` was all that stood in the way."""
    _without_locks(monkeypatch)
    results, _ = _back_while_it_arrives(monkeypatch)
    failures = [each for each in results if isinstance(each, Exception)]
    assert not failures or not isinstance(failures[0], Conflict)
