"""A substitute against a cancellation, and an answer against its last day (J25, R4).

The order's lock keeps them apart. Each race has a half with the lock taken out that is seen to do harm.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import DomainError
from portal.supplies.models import Order, OrderLine, Reservation, Substitution
from portal.supplies.services.answer_substitute import answer_substitute, lapse_substitute
from portal.supplies.services.cancel_order import cancel_order
from portal.supplies.services.swap_line import PORTAL
from portal.supplies.tests.factories import contractor_actor
from portal.supplies.tests.stock_books import assert_books_are_right
from portal.supplies.tests.test_substitution import offered, waiting
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SERVICES = "portal.supplies.services"


def _unlocked(actor: Any, reference: str) -> Order:
    return Order.objects.select_related("organisation").get(reference=reference)


def _without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("answer_substitute", "cancel_order"):
        monkeypatch.setattr(f"{SERVICES}.{module}.lock_order", _unlocked)


def _asked() -> tuple[Actor, Order, Substitution]:
    site = contractor_actor()
    order, other = waiting(site)
    return site, order, offered(order, other.item)


def _answer_against_cancel(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Order]:
    site, order, offer = _asked()
    meeting = Meeting()
    meeting.after(monkeypatch, f"{SERVICES}.swap_line.waiting_packs")  # the line is still waiting for both
    meeting.after(monkeypatch, f"{SERVICES}.cancel_order.cancellable")
    results = at_once(
        lambda: answer_substitute(site, order.reference, offer.reference, accept=True),
        lambda: cancel_order(site, order.reference, "Not needed."),
    )
    return results, order


def _is_nonsense(order: Order) -> bool:
    """Both were told that it was done, or packs are held for a line that nobody wants."""
    lines = OrderLine.objects.filter(order=order)
    return any(
        (line.state == "cancelled" and Reservation.objects.filter(line=line).exists())
        or (line.substituted == 0 and line.sent_as.exists())
        for line in lines
    )


def test_an_order_is_substituted_or_cancelled_and_never_half_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    results, order = _answer_against_cancel(monkeypatch)
    assert not any(isinstance(each, Exception) and not isinstance(each, DomainError) for each in results)
    assert not _is_nonsense(order)
    assert_books_are_right()


def test_without_the_lock_what_was_cancelled_is_sent_as_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 28 November 2026: the substitute is sent though everything was cancelled, or the database says no."""
    _without_locks(monkeypatch)
    results, order = _answer_against_cancel(monkeypatch)
    stopped_by_the_database = any(isinstance(each, Exception) and not isinstance(each, DomainError) for each in results)
    both = not any(isinstance(each, Exception) for each in results)
    sent = OrderLine.objects.filter(order=order, state="accepted").exists()
    assert stopped_by_the_database or (both and sent)


def _answer_against_deadline(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    site, order, offer = _asked()
    # The last day passes between the question whether it is over and the answer.
    after_midnight = {"lapse": timezone.localdate() + timedelta(days=30)}
    meeting = Meeting()
    meeting.after(monkeypatch, f"{SERVICES}.answer_substitute._lock")
    real = Substitution.objects.get().answer_by
    assert real < after_midnight["lapse"]
    monkeypatch.setattr(f"{SERVICES}.answer_substitute._is_over", lambda offer: _is_the_worker())
    return at_once(
        lambda: answer_substitute(site, order.reference, offer.reference, accept=True),
        lambda: _as_the_worker(lambda: lapse_substitute(PORTAL, order.reference, offer.reference)),
    )


_WORKER: set[int] = set()


def _is_the_worker() -> bool:
    import threading

    return threading.get_ident() in _WORKER


def _as_the_worker(job: Any) -> Any:
    import threading

    _WORKER.add(threading.get_ident())
    try:
        return job()
    finally:
        _WORKER.discard(threading.get_ident())


def _ends() -> set[str]:
    kinds = ("supplies.substitute_sent", "supplies.substitute_lapsed")
    return set(AuditEvent.objects.filter(type__in=kinds).values_list("type", flat=True))


def test_an_answer_at_the_last_moment_counts_or_has_come_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    _answer_against_deadline(monkeypatch)
    assert len(_ends()) == 1
    assert_books_are_right()


def test_without_the_lock_an_offer_is_accepted_and_lapses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on 28 November 2026: both ends are recorded, or the database stops the second."""
    _without_locks(monkeypatch)
    results = _answer_against_deadline(monkeypatch)
    stopped = any(isinstance(each, Exception) and not isinstance(each, DomainError) for each in results)
    assert stopped or len(_ends()) == 2
