"""Those who manage users are reminded of a review, once a week at most (J12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.services import remind_reviews
from portal.accounts.services.remind_reviews import remind_everybody
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import Actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.worker.one_by_one import SomeFailed

pytestmark = pytest.mark.django_db


def site(days: int) -> Membership:
    """A practice whose clerk was confirmed that many days ago; returns its Main Contact."""
    boss: Membership = MembershipFactory(roles=["main_contact"])
    MembershipFactory(
        organisation=boss.organisation, roles=["read_only"], reviewed_on=timezone.localdate() - timedelta(days=days)
    )
    return boss


def reminded() -> list[list[str]]:
    return list(OutboxMessage.objects.filter(kind="accounts.review_due").values_list("recipients", flat=True))


def test_a_review_that_comes_due_is_reminded_of_once_in_a_week() -> None:
    boss = site(days=76)
    remind_everybody()
    remind_everybody()
    assert reminded() == [[boss.user.email]]
    body = OutboxMessage.objects.get(kind="accounts.review_due").body
    assert "1 person has access" in body and f"/o/{boss.organisation.code}/users/review/" in body


def test_after_a_week_the_reminder_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    site(days=80)
    remind_everybody()
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr("portal.accounts.services.remind_reviews.timezone.now", lambda: later)
    remind_everybody()
    assert len(reminded()) == 2
    assert AuditEvent.objects.filter(type="accounts.review_reminded").count() == 2


def test_who_was_confirmed_lately_is_no_reason() -> None:
    site(days=75)
    remind_everybody()
    assert reminded() == []


def test_somebody_who_has_left_is_no_reason() -> None:
    boss = site(days=100)
    Membership.objects.exclude(pk=boss.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    remind_everybody()
    assert reminded() == []


def test_one_site_that_breaks_down_keeps_no_other_from_being_reminded(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = sorted((site(days=76), site(days=76)), key=lambda boss: boss.organisation.code)
    real = remind_reviews.remind_of_review

    def broken(actor: Actor, code: str) -> int:
        if code == bad.organisation.code:
            raise RuntimeError("what the message quotes")
        return real(actor, code)

    monkeypatch.setattr(remind_reviews, "remind_of_review", broken)
    with pytest.raises(SomeFailed, match=rf"^1 of 2 failed: {bad.organisation.code} \(RuntimeError\)$"):
        remind_everybody()
    assert reminded() == [[good.user.email]]
