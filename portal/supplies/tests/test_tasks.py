"""What supplies does by itself goes on where it breaks down over one shelf, or one offer (P6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.worker.one_by_one import SomeFailed
from portal.supplies import tasks
from portal.supplies.models import StockBatch, Substitution
from portal.supplies.tests.test_batches import book_in, needles

pytestmark = pytest.mark.django_db


def _breaks_at(monkeypatch: pytest.MonkeyPatch, name: str, bad: Callable[..., bool]) -> list[Any]:
    """The named function of the tasks breaks down where ``bad`` says so; the list of what it did otherwise."""
    real, done = getattr(tasks, name), []

    def broken(actor: Any, *values: Any) -> Any:
        if bad(*values):
            raise RuntimeError("what the message quotes")
        done.append(values)
        return real(actor, *values)

    monkeypatch.setattr(tasks, name, broken)
    return done


def test_a_shelf_that_breaks_down_keeps_no_other_from_being_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = needles(), needles()
    for level in (bad, good):
        book_in(level, "A", 5, days=30)
    StockBatch.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    with monkeypatch.context() as patched, pytest.raises(SomeFailed, match="1 of 2 failed") as caught:
        _breaks_at(patched, "remove_expired", lambda level: level.pk == bad.pk)
        tasks.remove_expired_stock()
    assert bad.item.code in str(caught.value) and "quotes" not in str(caught.value)
    for level in (bad, good):
        level.refresh_from_db()
    assert (bad.on_hand, good.on_hand) == (5, 0)
    tasks.remove_expired_stock()
    bad.refresh_from_db()
    assert bad.on_hand == 0


def test_an_offer_that_breaks_down_keeps_no_other_from_lapsing(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = [("SO-1", "SU-1"), ("SO-2", "SU-2"), ("SO-3", "SU-3")]
    monkeypatch.setattr(tasks, "substitutes_to_lapse", lambda: offers)
    monkeypatch.setattr(tasks, "lapse_substitute", lambda actor, order, offer: True)
    done = _breaks_at(monkeypatch, "lapse_substitute", lambda order, offer: offer == "SU-1")
    with pytest.raises(SomeFailed, match=r"1 of 3 failed: SU-1 \(RuntimeError\)"):
        tasks.lapse_substitutes()
    assert done == offers[1:] and not Substitution.objects.exists()
