"""Who gets in where: every way not to be a live member leads to sign-in or to a page that does not exist (R1)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.actors import METHODS_USER_SESSION_KEY
from portal.accounts.models import Membership, RoleGrant
from portal.accounts.session_age import SEEN_AT, STARTED_AT
from portal.accounts.tests.factories import MembershipFactory
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def _home(membership: Membership) -> str:
    return f"/o/{membership.organisation.code}/"


def _session(client: Client) -> Any:
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _change_session(client: Client, **values: Any) -> None:
    session = _session(client)
    session.update(values)
    session.save()


@pytest.fixture
def member() -> Membership:
    return MembershipFactory(roles=["read_only"])  # type: ignore[no-any-return]


def test_a_live_member_gets_in(sign_in: SignIn, member: Membership) -> None:
    assert sign_in(member).get(_home(member)).status_code == 200


def test_the_code_may_be_typed_in_lower_case(sign_in: SignIn, member: Membership) -> None:
    assert sign_in(member).get(_home(member).lower()).status_code == 200


def test_nobody_signed_in_is_sent_to_sign_in_and_back(client: Client, member: Membership) -> None:
    answer = client.get(f"{_home(member)}?page=2")
    assert answer["Location"] == f"/account/login/?next=%2Fo%2F{member.organisation.code}%2F%3Fpage%3D2"


def test_another_organisation_answers_like_one_that_does_not_exist(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    other = client.get(f"/o/{OrganisationFactory().code}/")
    unknown = client.get("/o/NOWHERE/")
    odd = client.get("/o/a%00b/")
    assert [answer.status_code for answer in (other, unknown, odd)] == [404, 404, 404]
    assert other.content.split(b"<main")[1] == unknown.content.split(b"<main")[1]


def test_a_membership_that_has_ended_or_not_begun_gives_nothing(sign_in: SignIn, member: Membership) -> None:
    client, today = sign_in(member), timezone.localdate()
    for dates in ({"ends_on": today - timedelta(days=1)}, {"starts_on": today + timedelta(days=1), "ends_on": None}):
        Membership.objects.filter(id=member.id).update(**dates)
        assert client.get(_home(member)).status_code == 404


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(sign_in: SignIn) -> None:
    member = MembershipFactory(roles=["supplies_order_clerk"])
    client, page = sign_in(member), f"{_home(member)}supplies/"
    assert client.get(page).status_code == 200
    RoleGrant.objects.filter(membership=member).update(ended_at=timezone.now())
    assert client.get(page).status_code == 403


def _is_signed_out(client: Client, page: str) -> bool:
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    led_to = client.get(page).get("Location", "")
    return led_to.startswith("/account/login/?next=") and not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("page", ["/o/{}/", "/select-organisation/", "/staff/"])
def test_a_person_who_may_not_sign_in_any_more_is_out_at_once(sign_in: SignIn, member: Membership, page: str) -> None:
    client = sign_in(member)
    member.user.is_active = False
    member.user.save()
    assert _is_signed_out(client, page.format(member.organisation.code))


@pytest.mark.parametrize("page", ["/o/{}/", "/select-organisation/", "/staff/"])
def test_a_changed_password_ends_every_session(sign_in: SignIn, member: Membership, page: str) -> None:
    client = sign_in(member)
    member.user.set_password("purple lantern giraffe")
    member.user.save()
    assert _is_signed_out(client, page.format(member.organisation.code))


def test_a_forged_session_hash_gives_nothing(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    _change_session(client, _auth_user_hash="0" * 64)
    assert _is_signed_out(client, _home(member))


def test_a_session_of_a_changed_signing_key_goes_on(sign_in: SignIn, member: Membership, settings: Any) -> None:
    client = sign_in(member)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert client.get(_home(member)).status_code == 200


def test_a_session_of_another_way_to_sign_in_does_not_count(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    _change_session(client, _auth_user_backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(_home(member))["Location"].startswith("/account/login/")


PORTAL_PAGES = ("/select-organisation/", "/select-organisation/your-account/")
ACCOUNT_PAGES = (
    "password/change/", "password/set/", "sessions/", "second-factor/totp/deactivate/",
    "second-factor/recovery-codes/", "second-factor/recovery-codes/generate/",
    "second-factor/recovery-codes/download/", "second-factor/webauthn/", "second-factor/webauthn/keys/1/remove/",
)  # fmt: skip


def test_one_factor_leads_to_setting_up_a_second_and_nowhere_else(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member, second_factor=False)
    for page in (_home(member), *PORTAL_PAGES, *(f"/account/{page}" for page in ACCOUNT_PAGES)):
        for ask in (client.get, client.post):
            assert ask(page)["Location"] == "/account/second-factor/", page
    for page in ("/account/second-factor/totp/activate/", "/account/second-factor/webauthn/add/", "/account/logout/"):
        assert client.get(page).status_code == 200, page


def test_a_password_alone_never_adds_a_factor_beside_the_one_there_is(sign_in: SignIn, member: Membership) -> None:
    # Seen to fail with TO_CONFIRM = TO_SET_UP: a thief who signed in before the owner set up a factor adds a passkey.
    client = sign_in(member, second_factor=False)
    TOTP.activate(member.user, generate_totp_secret())
    confirm = "/account/second-factor/reauthenticate/"
    adding = ("second-factor/", "second-factor/totp/activate/", "second-factor/webauthn/add/", "reauthenticate/")
    for page in (*adding, *ACCOUNT_PAGES):
        for ask in (client.get, client.post):
            assert ask(f"/account/{page}")["Location"] == confirm, page
    assert client.get(_home(member))["Location"].startswith(f"{confirm}?next=%2Fo%2F")
    assert client.get(confirm).status_code == 200


def test_a_second_factor_of_somebody_else_does_not_count(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    _change_session(client, **{METHODS_USER_SESSION_KEY: str(member.user_id + 1)})
    assert client.get(_home(member))["Location"] == "/account/second-factor/"


def test_staff_pages_are_for_members_of_the_operator(sign_in: SignIn, member: Membership) -> None:
    operator = OrganisationFactory(code=settings.OPERATOR_CODE, kind="operator", contractor_type="")
    staff = MembershipFactory(organisation=operator, roles=["auditor"])
    assert sign_in(member).get("/staff/").status_code == 404
    assert sign_in(staff).get("/staff/").status_code == 200
    assert sign_in(staff).get(f"/o/{operator.code}/").status_code == 404


@pytest.mark.parametrize(
    ("key", "hours"), [(SEEN_AT, 0.52), (STARTED_AT, 12.1)], ids=["half an hour idle", "twelve hours in all"]
)
def test_an_old_session_ends_and_the_person_comes_back_to_the_page(
    sign_in: SignIn, member: Membership, key: str, hours: float
) -> None:
    client = sign_in(member)
    _change_session(client, **{key: time.time() - hours * 3600})
    assert client.get(_home(member))["Location"].startswith("/account/login/?next=%2Fo%2F")
    assert client.get(_home(member)).status_code == 302


def test_staff_sessions_end_sooner_wherever_they_go_next(sign_in: SignIn) -> None:
    operator = OrganisationFactory(code=settings.OPERATOR_CODE, kind="operator", contractor_type="")
    for page in ("/staff/", "/select-organisation/", "/account/sessions/"):
        client = sign_in(MembershipFactory(organisation=operator, roles=["auditor"]))
        client.get("/staff/")
        _change_session(client, **{SEEN_AT: time.time() - 16 * 60})
        assert client.get(page)["Location"].startswith("/account/login/"), page


def test_account_pages_do_not_outlive_the_session(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    _change_session(client, **{SEEN_AT: time.time() - 31 * 60})
    assert client.get("/account/password/change/")["Location"].startswith("/account/login/")


def test_after_a_form_was_sent_too_late_the_person_comes_back_to_the_form(sign_in: SignIn, member: Membership) -> None:
    client, form = sign_in(member), f"{_home(member)}supplies/?category=forms"
    _change_session(client, **{SEEN_AT: time.time() - 31 * 60})
    answer = client.post(f"{_home(member)}supplies/basket/", HTTP_REFERER=f"http://testserver{form}")
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [form]}


def test_a_session_in_use_stays_awake(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    _change_session(client, **{SEEN_AT: time.time() - 20 * 60})
    assert client.get(_home(member)).status_code == 200
    assert time.time() - _session(client)[SEEN_AT] < 60


def test_the_session_and_the_actor_take_one_query_each(sign_in: SignIn) -> None:
    member = MembershipFactory()  # no role: the page refuses right after it knows who asks
    client = sign_in(member)
    client.get(_home(member))
    with CaptureQueriesContext(connection) as queries:
        client.get(_home(member))
    texts = [query["sql"] for query in queries if "set_config('portal.scope', 'system'" not in query["sql"]]
    assert len([text for text in texts if "django_session" in text]) == 1
    assert len([text for text in texts if "accounts_membership" in text]) == 1
    assert not [text for text in texts if text.startswith('SELECT "accounts_user"')]
