"""A refused attempt is written down once, by whoever catches it outside the transaction (R2; trust 2.5)."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.accounts.tests.sign_in import sign_in
from portal.foundation.access.events import ATTEMPT_REFUSED
from portal.foundation.audit.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


def _attempts() -> list[tuple[str, str, int]]:
    found = AuditEvent.objects.filter(type=ATTEMPT_REFUSED.code).order_by("id")
    return [(each.actor_name, each.payload["permission"], each.payload["status"]) for each in found]


@pytest.fixture
def visitor() -> Client:
    membership = MembershipFactory(roles=["read_only"], organisation__code="ZZ12345", user__forename="Eve")
    client = Client()
    sign_in(client, membership.user)
    return client


def test_a_page_that_refuses_a_change_keeps_the_attempt(visitor: Client) -> None:
    assert visitor.post("/o/ZZ12345/users/add/", {}).status_code == 403
    [(name, permission, status)] = _attempts()
    assert (name.split()[1], permission, status) == ("Eve", "accounts.manage_users", 403)


def test_a_service_that_finds_nothing_keeps_the_attempt(visitor: Client) -> None:
    assert visitor.post("/o/ZZ12345/requests/withdraw/CA-2222-2222/", {}).status_code == 404
    assert [(permission, status) for _, permission, status in _attempts()] == [("casework.request_change", 404)]


def test_reading_keeps_nothing(visitor: Client) -> None:
    assert visitor.get("/o/ZZ12345/users/add/").status_code == 403
    assert _attempts() == []


def test_without_the_keeping_nothing_is_known(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off."""
    monkeypatch.setattr("portal.foundation.web.views.keep_attempt", lambda error: None)
    visitor.post("/o/ZZ12345/users/add/", {})
    assert _attempts() == []
