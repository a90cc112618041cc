"""One box that two people close, and one that is scanned while its consignment is opened again (J25).

The order's lock keeps them apart. Each race has a half with the lock taken out that is seen to do harm.
"""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, DomainError
from portal.supplies.models import BoxLine, Consignment, Order
from portal.supplies.services.keep_boxes import CloseBox, PutIntoBox, add_box, close_box, put_into_box
from portal.supplies.tests.factories import place_new_order
from portal.supplies.tests.warehouse import picked, staff_actor
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SERVICES = "portal.supplies.services"


def _unlocked(actor: Any, reference: str) -> tuple[Order, Consignment]:
    found = Consignment.objects.select_related("order", "store", "organisation").get(reference=reference)
    return found.order, found


def _without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SERVICES}.keep_boxes.lock_consignment", _unlocked)


def _put(consignment: Consignment, packs: int) -> None:
    code = consignment.lines.get().line.item_code
    put_into_box(staff_actor(), PutIntoBox(consignment=consignment.reference, box=1, item_code=code, quantity=packs))


def _close_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    consignment = picked(place_new_order(quantity=4))
    add_box(staff_actor(), consignment.reference)
    _put(consignment, 4)
    Meeting().after(monkeypatch, f"{SERVICES}.keep_boxes._open_box")
    command = CloseBox(consignment=consignment.reference, box=1)
    return at_once(*[lambda: close_box(staff_actor(), command) for _ in range(2)])


def _closings() -> int:
    return AuditEvent.objects.filter(type="supplies.boxes_changed", payload__what="closed box 1").count()


def test_two_who_close_a_box_at_once_close_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _close_twice(monkeypatch)
    assert sorted(type(each).__name__ for each in results) == ["Box", "Conflict"]
    assert _closings() == 1


def test_without_the_lock_a_box_is_closed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 28 November 2026: both closed it, and the record says so twice."""
    _without_the_lock(monkeypatch)
    results = _close_twice(monkeypatch)
    assert not any(isinstance(each, Conflict) for each in results)
    assert _closings() == 2


def _fill_twice(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    consignment = picked(place_new_order(quantity=4))
    add_box(staff_actor(), consignment.reference)
    Meeting().after(monkeypatch, f"{SERVICES}.fill_boxes._chosen")
    results = at_once(*[lambda: _put(consignment, 3) for _ in range(2)])
    return results, sum(BoxLine.objects.values_list("quantity", flat=True))


def test_two_scans_at_once_put_no_more_into_a_box_than_was_picked(monkeypatch: pytest.MonkeyPatch) -> None:
    results, packs = _fill_twice(monkeypatch)
    assert packs == 3
    assert sum(isinstance(each, DomainError) for each in results) == 1


def test_without_the_lock_both_scans_believe_that_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 28 November 2026: both were told that it went in."""
    _without_the_lock(monkeypatch)
    results, _ = _fill_twice(monkeypatch)
    assert not any(isinstance(each, DomainError) for each in results)
