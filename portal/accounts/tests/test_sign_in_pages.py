"""Signing in as a person does it: password, second factor, recovery code; and everything that must not work."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
PASSWORD = "purple lantern giraffe 9"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    cache.clear()  # nobody has tried yet
    settings.EMAIL_BACKEND = "portal.foundation.outbox.backends.OutboxEmailBackend"  # Django's tests replace it


@pytest.fixture
def member() -> Membership:
    membership = MembershipFactory(roles=["read_only"])
    membership.user.set_password(PASSWORD)
    membership.user.save()
    return membership  # type: ignore[no-any-return]


def _give_app(member: Membership) -> str:
    secret: str = generate_totp_secret()
    TOTP.activate(member.user, secret)
    return secret


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _sign_in(client: Client, member: Membership, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": member.user.email, "password": password})


def test_password_and_code_lead_to_the_organisation(client: Client, member: Membership) -> None:
    secret = _give_app(member)
    assert _sign_in(client, member)["Location"] == "/account/second-factor/authenticate/"
    assert client.get(f"/o/{member.organisation.code}/")["Location"].startswith(LOGIN)
    done = client.post("/account/second-factor/authenticate/", {"code": _code(secret)})
    assert done["Location"] == "/select-organisation/"
    assert client.get("/select-organisation/")["Location"] == f"/o/{member.organisation.code}/"
    assert client.get(f"/o/{member.organisation.code}/").status_code == 200


def test_a_wrong_code_is_refused_in_words(client: Client, member: Membership) -> None:
    _give_app(member)
    _sign_in(client, member)
    answer = client.post("/account/second-factor/authenticate/", {"code": "000000"})
    assert "There is a problem" in answer.content.decode()
    assert client.get("/select-organisation/")["Location"].startswith(LOGIN)


def test_a_code_works_once(client: Client, member: Membership) -> None:
    secret = _give_app(member)
    code = _code(secret)
    _sign_in(client, member)
    client.post("/account/second-factor/authenticate/", {"code": code})
    thief = Client()
    _sign_in(thief, member)
    assert thief.post("/account/second-factor/authenticate/", {"code": code}).status_code == 200
    assert thief.get("/select-organisation/")["Location"].startswith(LOGIN)


def test_a_recovery_code_works_once(member: Membership) -> None:
    _give_app(member)
    code = RecoveryCodes.activate(member.user).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        _sign_in(client, member)
        client.post("/account/second-factor/authenticate/", {"code": code})
    assert first.get("/select-organisation/")["Location"].startswith("/o/")
    assert second.get("/select-organisation/")["Location"].startswith(LOGIN)


def test_somebody_without_a_second_factor_sets_one_up_and_goes_on(client: Client, member: Membership) -> None:
    assert _sign_in(client, member)["Location"] == "/select-organisation/"
    assert client.get("/select-organisation/")["Location"] == "/account/second-factor/"
    page = client.get("/account/second-factor/totp/activate/").content.decode()
    secret = re.search(r'<code class="portal-key">(\w+)</code>', page)
    assert secret is not None
    client.post("/account/second-factor/totp/activate/", {"code": _code(secret[1])})
    assert Authenticator.objects.filter(user=member.user, type="totp").exists()


def test_secrets_of_factors_are_not_stored_in_clear(member: Membership) -> None:
    secret = _give_app(member)
    RecoveryCodes.activate(member.user)
    stored = [str(each.data) for each in Authenticator.objects.filter(user=member.user)]
    assert len(stored) == 2
    assert not [data for data in stored if secret in data]


def test_after_many_wrong_passwords_the_right_one_is_not_looked_at(client: Client, member: Membership) -> None:
    # Seen to fail with ACCOUNT_RATE_LIMITS = {"login_failed": False}: the right password then gets in.
    for _ in range(12):
        _sign_in(client, member, "wrong password here")
    answer = _sign_in(client, member)
    assert answer.status_code != 302
    assert client.get("/select-organisation/")["Location"].startswith(LOGIN)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, member: Membership) -> None:
    known = _sign_in(client, member, "wrong password here").content.decode()
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": "wrong password here"}).content.decode()
    assert _without_what_was_typed(known, member.user.email) == _without_what_was_typed(unknown, "nobody@example.org")


def test_a_reset_does_not_say_whether_the_address_is_known(client: Client, member: Membership) -> None:
    known = client.post("/account/password/reset/", {"email": member.user.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert known["Location"] == unknown["Location"] == "/account/password/reset/done/"
    told = list(OutboxMessage.objects.values_list("recipients", flat=True))
    assert told == [[member.user.email]]


def test_a_reset_does_not_get_around_the_second_factor(client: Client, member: Membership) -> None:
    _give_app(member)
    client.post("/account/password/reset/", {"email": member.user.email})
    body = OutboxMessage.objects.get(recipients=[member.user.email]).body
    path = re.search(r"/account/password/reset/key/\S+", body)
    assert path is not None
    page = client.get(path[0], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "new words for this", "password2": "new words for this"})
    assert client.get("/select-organisation/")["Location"].startswith(LOGIN)
    assert _sign_in(client, member, "new words for this")["Location"] == "/account/second-factor/authenticate/"


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/account/signup/").status_code == 404


def test_signing_out_ends_the_session_and_is_never_a_link(member: Membership) -> None:
    client, secret = Client(), _give_app(member)
    _sign_in(client, member)
    client.post("/account/second-factor/authenticate/", {"code": _code(secret)})
    client.get("/account/logout/")
    assert client.get("/select-organisation/")["Location"].startswith("/o/")
    client.post("/account/logout/")
    assert client.get("/select-organisation/")["Location"].startswith(LOGIN)


def test_a_fresh_second_factor_leads_back_to_where_it_was_asked(sign_in: Any, member: Membership) -> None:
    secret = _give_app(member)
    client = sign_in(member)
    answer = client.post(
        "/account/second-factor/reauthenticate/", {"code": _code(secret), "next": "/select-organisation/?choose=1"}
    )
    assert answer["Location"] == "/select-organisation/?choose=1"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_off_the_portal(client: Client, member: Membership, target: str) -> None:
    secret = _give_app(member)
    client.post(LOGIN, {"login": member.user.email, "password": PASSWORD, "next": target})
    done = client.post("/account/second-factor/authenticate/", {"code": _code(secret)})
    assert done["Location"].startswith("/") and "evil" not in done["Location"] and "javascript" not in done["Location"]


def test_other_sessions_can_be_ended(member: Membership) -> None:
    _give_app(member)
    codes, here, there = RecoveryCodes.activate(member.user).get_unused_codes(), Client(), Client()
    for code, client in zip(codes, (here, there), strict=False):
        _sign_in(client, member)
        client.post("/account/second-factor/authenticate/", {"code": code})
    assert here.get("/account/sessions/").content.decode().count("Another session") == 1
    here.post("/account/sessions/")
    assert there.get(f"/o/{member.organisation.code}/").status_code == 302
    assert here.get(f"/o/{member.organisation.code}/").status_code == 200


def _without_what_was_typed(page: str, address: str) -> str:
    page = page.replace(address, "")
    return re.sub(r'(nonce|value)="[^"]*"', "", page)
