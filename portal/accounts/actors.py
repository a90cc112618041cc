"""From a request to an actor: who is signed in, where the path says they are, what they may do there.

One query loads the membership, its person, its organisation and its roles, and in passing tells
PostgreSQL for whom the connection acts (portal.foundation.access.row_security).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Func, OuterRef, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from portal.accounts.models import Membership, RoleGrant, User
from portal.accounts.querysets import MembershipQuerySet
from portal.accounts.session_age import still_awake
from portal.foundation.access import OWN_ACCOUNT, Actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.access.row_security import ORGANISATION, SCOPE
from portal.foundation.errors import NotFound

# Where allauth keeps how and when this session proved itself, and for whom.
METHODS_SESSION_KEY = "account_authentication_methods"
METHODS_USER_SESSION_KEY = "account_authentication_methods_user"
Audience = Literal["contractor", "staff", "member"]


class _SetConfig(Func):
    """Tells this connection a setting while the query runs."""

    function = "set_config"
    output_field = CharField()


def build_actor(request: HttpRequest, *, audience: Audience, code: str = "") -> Actor:
    """The actor for this request. Raises NotFound without a live membership at ``code`` (R1).

    ``member`` pages concern no organisation; ``staff`` pages need one at the operator, ``contractor``
    pages one anywhere else.
    """
    if audience == "member":
        return _member(request)
    membership = _membership(signed_in_user_id(request), audience, code)
    if membership is None or not _session_is_genuine(request, membership.user):
        raise NotFound
    request.user = membership.user
    where = membership.organisation
    return Actor(
        name=membership.user.name,
        email=membership.user.email,
        audience=audience,
        user_id=membership.user_id,
        organisation_id=where.id,
        organisation_code=where.code,
        organisation_name=where.name,
        contractor_type=where.contractor_type,
        permissions=permissions_of(membership.role_codes) | {OWN_ACCOUNT.code},  # type: ignore[attr-defined]
        second_factor_at=second_factor_at(request),
    )


def sign_in_gate(request: HttpRequest) -> str:
    """Where to send somebody who may not pass yet: to sign in, or to a second factor; '' for go on."""
    if signed_in_user_id(request) is None or not still_awake(request):
        return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    if second_factor_at(request) is None:
        return reverse("mfa_index")
    return ""


def signed_in_user_id(request: HttpRequest) -> int | None:
    """The id in the session, not yet verified; None when nobody is signed in."""
    value = request.session.get(SESSION_KEY)
    known = request.session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return int(value) if known and str(value).isdigit() else None


def second_factor_at(request: HttpRequest) -> datetime | None:
    """When this session last gave a second factor; a recovery code is one, too (it was made for that)."""
    if request.session.get(METHODS_USER_SESSION_KEY) != request.session.get(SESSION_KEY):
        return None
    methods: list[dict[str, Any]] = request.session.get(METHODS_SESSION_KEY, [])
    times = [method["at"] for method in methods if method.get("method") == "mfa"]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _member(request: HttpRequest) -> Actor:
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


def _membership(user_id: int | None, audience: Audience, code: str) -> Membership | None:
    live: MembershipQuerySet = Membership.objects.live()  # type: ignore[attr-defined]
    at_operator = {"organisation__kind": "operator"}
    scoped = live.filter(**at_operator) if audience == "staff" else live.exclude(**at_operator)
    roles = RoleGrant.objects.filter(membership=OuterRef("pk"), ended_at=None).values("role")
    return (
        scoped.filter(user_id=user_id, organisation__code=code.strip().upper())
        .select_related("user", "organisation")
        .annotate(
            role_codes=ArraySubquery(roles),
            _scope=_SetConfig(Value(SCOPE), Value(audience), Value(False)),
            _organisation=_SetConfig(Value(ORGANISATION), Cast(F("organisation_id"), CharField()), Value(False)),
        )
        .first()
    )


def _session_is_genuine(request: HttpRequest, user: User) -> bool:
    """Django's own check, without its query: a changed password ends every session of the person."""
    given = request.session.get(HASH_SESSION_KEY, "")
    return constant_time_compare(given, user.get_session_auth_hash()) or any(
        constant_time_compare(given, fallback) for fallback in user.get_session_auth_fallback_hash()
    )
