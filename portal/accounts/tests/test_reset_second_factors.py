"""Somebody who lost every second factor gets in again, and nobody else does."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services.reset_second_factors import reset_second_factors
from portal.accounts.tests.authenticator_app import give_second_factor
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound, Refused
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
ACTOR = system_actor("a test", GRANT_MEMBERSHIP)
PASSWORD = "purple lantern giraffe 9"


def test_the_person_sets_up_a_new_factor_and_old_sessions_are_over(client: Client) -> None:
    member = MembershipFactory(roles=["read_only"])
    member.user.set_password(PASSWORD)
    member.user.save()
    give_second_factor(member.user)
    code = RecoveryCodes.activate(member.user).get_unused_codes()[0]
    credentials = {"login": member.user.email, "password": PASSWORD}
    client.post("/account/login/", credentials)
    client.post("/account/second-factor/authenticate/", {"code": code})
    assert client.get(f"/o/{member.organisation.code}/").status_code == 200

    reset_second_factors(ACTOR, member.user.email.upper(), checked="rung back on the practice's number")

    assert not Authenticator.objects.filter(user=member.user).exists()
    assert client.get(f"/o/{member.organisation.code}/")["Location"].startswith("/account/login/")
    client.post("/account/login/", credentials)
    assert client.get(f"/o/{member.organisation.code}/")["Location"] == "/account/second-factor/"
    event = AuditEvent.objects.get(type="accounts.second_factors_reset")
    assert event.payload["checked"] == "rung back on the practice's number"
    assert "were removed" in OutboxMessage.objects.get(recipients=[member.user.email]).body


def test_only_who_may_give_access_may_do_it() -> None:
    with pytest.raises(Refused):
        reset_second_factors(system_actor("nobody"), "a@example.org", checked="no")
    with pytest.raises(NotFound), transaction.atomic():
        reset_second_factors(ACTOR, "nobody@example.org", checked="yes")


def test_the_command_asks_how_it_was_checked() -> None:
    member, out = MembershipFactory(), StringIO()
    give_second_factor(member.user)
    with pytest.raises(CommandError, match="--checked"):
        call_command("member", "reset-factors", member.user.email)
    words: list[Any] = ["reset-factors", member.user.email, "--checked", "in person", "--json"]
    call_command("member", *words, stdout=out)
    assert json.loads(out.getvalue())[0]["email"] == member.user.email
    with pytest.raises(CommandError, match="Nobody has the e-mail address"):
        call_command("member", "reset-factors", "nobody@example.org", "--checked", "in person")
