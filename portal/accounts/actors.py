"""From a request to an actor: who is signed in, where the path says they are, what they may do there.

One query loads the membership, its person, its organisation and its roles, and in passing tells
PostgreSQL for whom the connection acts (portal.foundation.access.row_security).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.models import User
from portal.accounts.policy import access_policy
from portal.accounts.second_factors import page_for_second_factor
from portal.accounts.session_age import mark_as_staff, still_awake
from portal.foundation.access import OWN_ACCOUNT, Actor
from portal.foundation.access.roles import GUARDED, permissions_of
from portal.foundation.access.row_security import ORGANISATION, SCOPE, set_scope, system_scope
from portal.foundation.errors import NotFound, SignInNeeded

# Where allauth keeps how and when this session proved itself, and for whom.
METHODS_SESSION_KEY = "account_authentication_methods"
METHODS_USER_SESSION_KEY = "account_authentication_methods_user"
Audience = Literal["contractor", "staff", "commissioner", "member"]


# Every page of the portal begins with this statement, so it is written out: building it with the ORM
# cost as much CPU as the rest of a small page (docs/benchmarks.md). It is the ORM's own query otherwise.
_FOUND = """
select person.id, person.password, person.email, person.title, person.forename, person.surname,
       place.id, place.code, place.name, place.contractor_type,
       array(select role_grant.role from accounts_rolegrant role_grant
             where role_grant.membership_id = membership.id and role_grant.ended_at is null),
       membership.reviewed_on,
       (select max(quarantine.until) from accounts_securequarantine quarantine
        where quarantine.organisation_id = place.id and quarantine.until > now()
          and (quarantine.membership_id is null or quarantine.membership_id = membership.id))"""
_SET_SCOPE = """,
       set_config(%(scope)s, %(audience)s, false), set_config(%(organisation)s, place.id::text, false)"""
_LIVE = """
from accounts_membership membership
join accounts_user person on person.id = membership.user_id
join organisations_organisation place on place.id = membership.organisation_id
where membership.user_id = %(user)s and person.is_active
  and membership.starts_on <= %(today)s and (membership.ends_on is null or membership.ends_on >= %(today)s)
  and %(audience)s = case place.kind when 'operator' then 'staff' when 'commissioner' then 'commissioner'
                   else 'contractor' end
"""
_MEMBERSHIP = f"{_FOUND}{_SET_SCOPE}{_LIVE}  and place.code = %(code)s"
_ALL_MEMBERSHIPS = f"{_FOUND}{_LIVE}order by place.name, place.code"


@dataclass(frozen=True)
class _Found:
    """What the statement found: the person, and where and as what they act."""

    user: User
    organisation_id: int
    code: str
    name: str
    contractor_type: str
    roles: list[str]
    reviewed_on: date
    quarantined_until: datetime | None


def build_actor(request: HttpRequest, *, audience: Audience, code: str = "") -> Actor:
    """The actor for this request. Raises NotFound without a live membership at ``code`` (R1).

    Raises SignInNeeded, having ended the session, when the password was changed since or the account closed.

    ``member`` pages concern no organisation; ``staff`` pages need one at the operator, ``commissioner``
    pages one at that commissioner, ``contractor`` pages one anywhere else.
    """
    if audience == "member":
        return _member(request)
    found = _membership(signed_in_user_id(request), audience, code)
    if found is None or not _session_is_genuine(request, found.user):
        set_scope("")
        _require_genuine_session(request)
        raise NotFound
    request.user = found.user
    if audience == "staff":
        mark_as_staff(request)
    return _as_actor(found, audience, second_factor_at(request))


def actor_of_member(user_id: int | None, code: str) -> Actor | None:
    """The actor that a person would be at a contractor now, without a request; None without a live membership.

    For rules that ask what somebody may do who is not the one acting. The connection's row scope stays as it is.
    """
    with system_scope():  # looking a membership up also sets the scope; this puts it back
        found = _membership(user_id, "contractor", code)
    return None if found is None else _as_actor(found, "contractor", None)


def actors_of_member(user_id: int | None) -> dict[str, Actor]:
    """Site code -> the actor that a person would be there now, for each live membership at a contractor, by name.

    One query. For what one person does at several of their sites at once: each site's own membership says what
    is allowed there, and nothing else does.
    """
    values = {"user": user_id, "audience": "contractor", "today": timezone.localdate()}
    with system_scope(), connection.cursor() as cursor:
        cursor.execute(_ALL_MEMBERSHIPS, values)
        rows = cursor.fetchall()
    found = [_Found(_user_of(row), *row[6:13]) for row in rows]
    return {each.code: _as_actor(each, "contractor", None) for each in found}


def _as_actor(found: _Found, audience: Audience, second_factor: datetime | None) -> Actor:
    allowed = permissions_of(found.roles, found.contractor_type)
    withheld = _withheld(found, allowed)
    return Actor(
        name=found.user.name,
        email=found.user.email,
        audience=audience,
        user_id=found.user.id,
        organisation_id=found.organisation_id,
        organisation_code=found.code,
        organisation_name=found.name,
        contractor_type=found.contractor_type,
        permissions=(allowed - withheld.keys()) | ({OWN_ACCOUNT.code} if found.roles else set()),
        roles=frozenset(found.roles),
        withheld=withheld,
        second_factor_at=second_factor,
    )


def _withheld(found: _Found, allowed: frozenset[str]) -> dict[str, str]:
    """Guarded permissions that cannot be used now, with the reason in a sentence (trust 2.3, 2.5)."""
    if not (allowed & GUARDED):
        return {}
    if found.quarantined_until is not None:
        day = timezone.localtime(found.quarantined_until)
        why = f"You cannot order numbered forms until {day.day} {day:%B}, because of a recent change at {found.name}."
    elif (timezone.localdate() - found.reviewed_on).days > access_policy().review_overdue_days:
        why = "Nobody has confirmed lately that you still need this. Ask your Main Contact to review the users."
    else:
        return {}
    return dict.fromkeys(allowed & GUARDED, why)


def sign_in_gate(request: HttpRequest) -> str:
    """Where to send somebody who may not pass yet: to sign in, or to a second factor; '' for go on."""
    user_id = signed_in_user_id(request)
    if user_id is None or not still_awake(request):
        return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': _way_back(request)})}"
    if second_factor_at(request) is None:
        return page_for_second_factor(user_id, _way_back(request))
    return ""


def signed_in_user_id(request: HttpRequest) -> int | None:
    """The id in the session, not yet verified; None when nobody is signed in."""
    value = request.session.get(SESSION_KEY)
    known = request.session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return int(value) if known and value is not None and str(value).isdigit() else None


def second_factor_at(request: HttpRequest) -> datetime | None:
    """When this session last gave a second factor; a recovery code is one, too (it was made for that)."""
    if request.session.get(METHODS_USER_SESSION_KEY) != request.session.get(SESSION_KEY):
        return None
    methods: list[dict[str, Any]] = request.session.get(METHODS_SESSION_KEY, [])
    times = [method["at"] for method in methods if method.get("method") == "mfa"]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _member(request: HttpRequest) -> Actor:
    _require_genuine_session(request)
    user = request.user
    if not isinstance(user, User):
        raise NotFound
    return Actor(
        name=user.name,
        email=user.email,
        audience="member",
        user_id=user.id,
        permissions=frozenset({OWN_ACCOUNT.code}),
        second_factor_at=second_factor_at(request),
    )


def _membership(user_id: int | None, audience: Audience, code: str) -> _Found | None:
    values = {
        "scope": SCOPE,
        "organisation": ORGANISATION,
        "audience": audience,
        "user": user_id,
        "code": code.strip().upper(),
        "today": timezone.localdate(),
    }
    if "\x00" in code:
        return None  # PostgreSQL's text cannot hold it, so no organisation has it
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERSHIP, values)
        row = cursor.fetchone()
    if row is None:
        return None
    return _Found(_user_of(row), *row[6:13])


def _user_of(row: tuple[Any, ...]) -> User:
    names = ("id", "password", "email", "title", "forename", "surname")
    user = User(**dict(zip(names, row[:6], strict=True)))
    user._state.adding, user._state.db = False, connection.alias
    return user


def _way_back(request: HttpRequest) -> str:
    """This page; where a form was sent, the page it was on, because only that can be shown again."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if request.method in {"GET", "HEAD"} or came_from.netloc != request.get_host():
        return request.get_full_path()
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def _require_genuine_session(request: HttpRequest) -> None:
    """Django's own check, with its query: only where nobody was found, to say why."""
    if not request.user.is_authenticated:
        request.session.flush()
        raise SignInNeeded


def _session_is_genuine(request: HttpRequest, user: User) -> bool:
    """Django's own check, without its query: a changed password ends every session of the person."""
    given = request.session.get(HASH_SESSION_KEY, "")
    return constant_time_compare(given, user.get_session_auth_hash()) or any(
        constant_time_compare(given, fallback) for fallback in user.get_session_auth_fallback_hash()
    )
