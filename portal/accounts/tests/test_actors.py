"""Who gets in where: every way not to be a live member leads to sign-in or to a page that does not exist (R1)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
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


def test_a_person_who_may_not_sign_in_any_more_is_out_at_once(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    member.user.is_active = False
    member.user.save()
    assert client.get(_home(member)).status_code == 404


def test_a_changed_password_ends_every_session(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    member.user.set_password("purple lantern giraffe")
    member.user.save()
    assert client.get(_home(member)).status_code == 404


def test_a_forged_session_hash_gives_nothing(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member)
    _change_session(client, _auth_user_hash="0" * 64)
    assert client.get(_home(member)).status_code == 404


def test_one_factor_leads_to_setting_up_a_second_and_nowhere_else(sign_in: SignIn, member: Membership) -> None:
    client = sign_in(member, second_factor=False)
    for page in (_home(member), "/select-organisation/", "/account/password/change/", "/account/sessions/"):
        assert client.get(page)["Location"] == "/account/second-factor/", page


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


def test_staff_sessions_end_sooner(sign_in: SignIn) -> None:
    operator = OrganisationFactory(code=settings.OPERATOR_CODE, kind="operator", contractor_type="")
    client = sign_in(MembershipFactory(organisation=operator, roles=["auditor"]))
    _change_session(client, **{SEEN_AT: time.time() - 16 * 60})
    assert client.get("/staff/")["Location"].startswith("/account/login/")


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
