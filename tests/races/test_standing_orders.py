"""Two workers at one date of a standing order (R3), and a person who skips it at that moment.

The lock keeps the second worker from trying at all. Behind it stand two unique constraints: one order a submission,
and a date's submission is always the same; one row a date. The halves take them out one after the other.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor, system_actor
from portal.foundation.errors import Conflict
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import Order, StandingDate, StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.keep_standing_order import skip_date
from portal.supplies.services.place_standing_order import place_standing_order
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, set_up_standing
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PLACING = "portal.supplies.services.place_standing_order"
KEEPING = "portal.supplies.services.keep_standing_order"
PORTAL = system_actor("The portal", PLACE_ORDER)


def _due() -> tuple[Actor, StandingOrder]:
    actor = contractor_actor(MembershipFactory(roles=["supplies_order_clerk"]))
    item = StockLevelFactory(item=CatalogueItemFactory(), on_hand=50).item
    standing = set_up_standing(actor, (item, 2))
    StandingOrder.objects.filter(pk=standing.pk).update(first_on=timezone.localdate(), next_on=timezone.localdate())
    standing.refresh_from_db()
    return actor, standing


def _unlocked(actor: Actor, reference: str) -> StandingOrder:
    return StandingOrder.objects.select_related("organisation").get(reference=reference)


def _two_workers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    _, standing = _due()
    Meeting().after(monkeypatch, f"{PLACING}.actor_of_member")
    return at_once(*[lambda: place_standing_order(PORTAL, standing.reference)] * 2)


def test_two_workers_place_one_order_and_the_second_has_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _two_workers(monkeypatch)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Order"]
    assert Order.objects.count() == 1
    date_of_it = StandingDate.objects.get()
    assert (date_of_it.outcome, date_of_it.reason) == ("placed", "")
    assert not OutboxMessage.objects.filter(kind="supplies.standing_failed").exists()


def test_without_the_lock_the_ordered_date_also_reads_as_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The submission's constraint still allows one order only, but the second worker notes a failure."""
    monkeypatch.setattr(f"{PLACING}.lock_standing_order", _unlocked)
    _two_workers(monkeypatch)
    assert Order.objects.count() == 1
    assert "already been placed" in StandingDate.objects.get().reason


def test_without_the_lock_and_the_one_submission_there_are_two_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PLACING}.lock_standing_order", _unlocked)
    monkeypatch.setattr(f"{PLACING}.submission_of", lambda standing, due: uuid.uuid4())
    _two_workers(monkeypatch)
    assert Order.objects.count() == 2


def _skip_meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    actor, standing = _due()
    today = timezone.localdate()
    StandingDate.objects.create(
        standing=standing, due_on=today, outcome="failed", reason="No.", tried_on=today - timedelta(days=1)
    )
    meeting = Meeting()
    for service in (PLACING, KEEPING):
        meeting.after(monkeypatch, f"{service}.known_date")
    results = at_once(
        lambda: place_standing_order(PORTAL, standing.reference),
        lambda: skip_date(actor, standing.reference, today),
    )
    return [*results, StandingDate.objects.get().outcome]


def test_a_date_skipped_while_it_is_placed_is_either_skipped_or_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    placed, skipped, outcome = _skip_meanwhile(monkeypatch)
    if outcome == "placed":
        assert isinstance(placed, Order)
        assert isinstance(skipped, Conflict)
    else:
        assert placed is None
        assert Order.objects.count() == 0


def test_without_the_lock_somebody_reads_skipped_and_gets_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PLACING}.lock_standing_order", _unlocked)
    monkeypatch.setattr(f"{KEEPING}.lock_standing_order", _unlocked)
    placed, skipped, _ = _skip_meanwhile(monkeypatch)
    assert isinstance(placed, Order)
    assert not isinstance(skipped, Conflict)  # the person was told that nothing would come, or it broke
