"""Two decisions about one order at once: approve twice, approve and cancel, confirm twice (P2).

Every race is run twice: as the code is, and with its lock taken out. The second half asserts that
the race then does harm, so a lock that is lost one day cannot go unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict
from portal.foundation.outbox.models import OutboxMessage
from portal.supplies.models import Consignment, Order
from portal.supplies.services import confirm_receipt as confirming
from portal.supplies.services.approve_order import approve_order
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.confirm_receipt import ConfirmReceipt, confirm_receipt
from portal.supplies.services.reject_order import reject_order
from portal.supplies.tests.factories import contractor_actor, place_new_order
from portal.supplies.tests.warehouse import delivered
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SERVICES = "portal.supplies.services"


def _waiting_order() -> tuple[Order, Actor, Actor, Actor]:
    """An order that waits for approval, its orderer, and two who may approve it."""
    clerk = MembershipFactory(roles=["supplies_order_clerk"])
    approvers = [
        contractor_actor(MembershipFactory(organisation=clerk.organisation, roles=["order_approver"])) for _ in range(2)
    ]
    orderer = contractor_actor(clerk)
    return place_new_order(orderer, approval_required=True), orderer, approvers[0], approvers[1]


def _unlocked(actor: Actor, reference: str) -> Order:
    return Order.objects.visible_to(actor).get(reference=reference)


def _without_lock(monkeypatch: pytest.MonkeyPatch, *services: str) -> None:
    for service in services:
        monkeypatch.setattr(f"{SERVICES}.{service}.lock_order", _unlocked)


def _approve_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    order, _, first, second = _waiting_order()
    Meeting().after(monkeypatch, f"{SERVICES}.approve_order.lock_order")
    jobs: list[Callable[[], Any]] = [
        lambda: approve_order(first, order.reference),
        lambda: approve_order(second, order.reference),
    ]
    return at_once(*jobs)


def test_two_approvals_at_once_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _approve_twice(monkeypatch)
    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [Conflict]
    assert AuditEvent.objects.filter(type="supplies.order_approved").count() == 1
    assert OutboxMessage.objects.filter(kind="supplies.order_approved").count() == 1


def test_without_the_lock_an_order_is_approved_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_lock(monkeypatch, "approve_order")
    _approve_twice(monkeypatch)
    assert AuditEvent.objects.filter(type="supplies.order_approved").count() == 2


def _approve_and(monkeypatch: pytest.MonkeyPatch, other: str) -> tuple[Order, list[Any]]:
    order, orderer, first, second = _waiting_order()
    meeting = Meeting()
    for service in ("approve_order", other):
        meeting.after(monkeypatch, f"{SERVICES}.{service}.lock_order")
    jobs: dict[str, Callable[[], Any]] = {
        "cancel_order": lambda: cancel_order(orderer, order.reference, "no longer needed"),
        "reject_order": lambda: reject_order(second, order.reference, "Enough here"),
    }
    results = at_once(lambda: approve_order(first, order.reference), jobs[other])
    order.refresh_from_db()
    return order, results


@pytest.mark.parametrize("other", ["cancel_order", "reject_order"])
def test_approving_and_ending_an_order_at_once_leaves_one_answer(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    order, results = _approve_and(monkeypatch, other)
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(each, Conflict) for each in refused)
    events = set(AuditEvent.objects.filter(subject_reference=order.reference).values_list("type", flat=True))
    approved, ended = "supplies.order_approved" in events, f"supplies.order_{_PAST[other]}" in events
    # An approved order may still be cancelled after it; nothing else goes together.
    assert (approved, ended, order.state) in {
        (True, False, "accepted"), (False, True, _PAST[other]), (other == "cancel_order", True, "cancelled"),
    }  # fmt: skip


@pytest.mark.parametrize("other", ["cancel_order", "reject_order"])
def test_without_the_lock_an_order_gets_two_answers_or_an_error(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    _without_lock(monkeypatch, "approve_order", other)
    order, results = _approve_and(monkeypatch, other)
    events = AuditEvent.objects.filter(subject_reference=order.reference)
    both = events.filter(type__in=["supplies.order_approved", f"supplies.order_{_PAST[other]}"]).count() == 2
    # The database's own steps and constraints may stop one of them: then a reader sees an error, not a sentence.
    assert both or any(isinstance(each, Exception) and not isinstance(each, Conflict) for each in results)


_PAST = {"cancel_order": "cancelled", "reject_order": "rejected"}


def _confirm_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    actor = contractor_actor()
    order = place_new_order(actor, quantity=3)
    consignment = delivered(order)
    code = order.lines.get().item_code
    command = ConfirmReceipt(consignment=consignment.reference, received={code: 2})
    Meeting().after(monkeypatch, f"{SERVICES}.confirm_receipt.lock_consignment")
    return at_once(lambda: confirm_receipt(actor, command), lambda: confirm_receipt(actor, command))


def test_two_receipts_at_once_count_once_and_open_one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    _confirm_twice(monkeypatch)
    assert Order.objects.get().lines.get().received == 2
    assert Case.objects.count() == 1


def test_without_the_locks_two_receipts_open_two_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(actor: Actor, reference: str) -> tuple[Order, Consignment]:
        consignment = Consignment.objects.visible_to(actor).select_related("order").get(reference=reference)
        return consignment.order, consignment

    monkeypatch.setattr(f"{SERVICES}.confirm_receipt.lock_consignment", unlocked)
    meeting = Meeting()
    original = confirming._check_numbers

    def check_and_meet(*arguments: Any) -> None:
        original(*arguments)
        meeting.wait()

    monkeypatch.setattr(confirming, "_check_numbers", check_and_meet)
    monkeypatch.setattr("django.db.models.QuerySet.select_for_update", lambda self, **options: self.all())
    _confirm_twice(monkeypatch)
    assert Case.objects.count() == 2
