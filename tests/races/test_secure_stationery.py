"""A leaver against an issue, a release against a cancellation, at the same moment (issue 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.audit.models import AuditEvent
from portal.serials.models import PadTask, Prescriber, SecureRelease, SerialRange
from portal.serials.services import keep_forms, keep_prescribers, release_orders
from portal.serials.services.keep_forms import confirm_arrival, issue
from portal.serials.services.keep_prescribers import leave
from portal.serials.services.release_orders import release_unusual_order
from portal.serials.tests.forms import delivered, in_store, keeper_of, numbers, prescriber, site, staff
from portal.serials.tests.secure import SecureSite
from portal.supplies.models import Order
from portal.supplies.services.cancel_order import cancel_order
from tests.races.meeting import Meeting, at_once, let_the_others_by

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _between(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, first: Callable[[], Any], second: Callable[[], Any]
) -> list[Any]:
    """Stops ``first`` just before it writes (in ``module.name``), and lets ``second`` try to go by."""
    about_to_write = Meeting()
    original = getattr(module, name)

    def paused(*args: Any, **kwargs: Any) -> Any:
        about_to_write.wait()
        let_the_others_by()
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, paused)

    def go_by() -> Any:
        about_to_write.wait()
        return second()

    results = at_once(first, go_by)
    assert not [each for each in results if isinstance(each, Exception)], results
    return results


def _issued_after_leaving(monkeypatch: pytest.MonkeyPatch) -> bool:
    item, member = in_store(100), site()
    box, actor, person = delivered(item, member), keeper_of(member), prescriber(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    # Yesterday: the trigger leaves a day of grace for time zones, so that only the lock stands between the two.
    gone = timezone.localdate() - timedelta(days=1)
    _between(
        monkeypatch,
        keep_forms,
        "_move",
        lambda: issue(actor, numbers(item, 0, 10), "", person.reference),
        lambda: leave(actor, person.reference, gone),
    )
    return bool(SerialRange.objects.get(item=item, state="issued").since > PadTask.objects.get().opened_at)


def test_nobody_gets_forms_after_they_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _issued_after_leaving(monkeypatch)


def test_without_the_lock_somebody_who_left_gets_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 24 November 2026: the leaving is written while the forms are handed over, and they are issued after."""

    def unlocked(actor: Any, reference: str) -> Prescriber:
        return Prescriber.objects.get(organisation_id=actor.organisation_id, reference=reference)

    monkeypatch.setattr(keep_prescribers, "lock_prescriber", unlocked)
    monkeypatch.setattr(keep_forms, "lock_prescriber", unlocked)
    assert _issued_after_leaving(monkeypatch)


def _released_after_cancelling(monkeypatch: pytest.MonkeyPatch) -> bool:
    victim, second = SecureSite(), staff("approver")
    order = victim.order(2)
    _between(
        monkeypatch,
        release_orders,
        "_decide",
        lambda: release_unusual_order(second, order.reference, "Called."),
        lambda: cancel_order(victim.actor, order.reference, "Not needed"),
    )
    cancelled = AuditEvent.objects.get(subject_reference=order.reference, type="supplies.order_cancelled")
    decided_at = SecureRelease.objects.get(order=order).decided_at
    return decided_at is not None and decided_at > cancelled.occurred_at


def test_a_cancelled_order_is_never_released(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _released_after_cancelling(monkeypatch)


def test_without_the_lock_a_cancelled_order_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 24 November 2026: the site cancels while the second person decides, and the order is released after."""

    def unlocked(actor: Any, reference: str) -> Order:
        return Order.objects.get(reference=reference)  # type: ignore[no-any-return]

    monkeypatch.setattr(release_orders, "lock_order", unlocked)
    monkeypatch.setattr("portal.supplies.services.cancel_order.lock_order", unlocked)
    assert _released_after_cancelling(monkeypatch)
