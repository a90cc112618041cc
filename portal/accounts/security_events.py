"""Signing in and what protects it leave events, like every other change (R2). allauth tells us by signals."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from portal.accounts.actors import METHODS_SESSION_KEY
from portal.accounts.events import (
    PASSWORD_CHANGED,
    SECOND_FACTOR_ADDED,
    SECOND_FACTOR_REMOVED,
    SIGN_IN_FAILED,
    SIGNED_IN,
)
from portal.accounts.models import User
from portal.accounts.second_factors import has_second_factor
from portal.foundation.access import OWN_ACCOUNT, Actor
from portal.foundation.access.actor import PUBLIC
from portal.foundation.audit import record
from portal.foundation.audit.events import EventType

_NAMES = {
    Authenticator.Type.TOTP: "an authenticator app",
    Authenticator.Type.WEBAUTHN: "a passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def listen() -> None:
    """Connects to allauth's signals; called once when the app is ready."""
    account_signals.user_logged_in.connect(_signed_in, dispatch_uid="portal.signed_in")
    account_signals.password_changed.connect(_password_changed, dispatch_uid="portal.password_changed")
    account_signals.password_set.connect(_password_changed, dispatch_uid="portal.password_set")
    account_signals.password_reset.connect(_password_changed, dispatch_uid="portal.password_reset")
    factor_signals.authenticator_added.connect(_factor_added, dispatch_uid="portal.factor_added")
    factor_signals.authenticator_reset.connect(_factor_added, dispatch_uid="portal.factor_reset")
    factor_signals.authenticator_removed.connect(_factor_removed, dispatch_uid="portal.factor_removed")
    factor_signals.authentication_failed.connect(_factor_failed, dispatch_uid="portal.factor_failed")


def record_failed_sign_in(email: str, what: str) -> None:
    """A wrong password or code. An address nobody has is not kept: it may be a password typed into the wrong box."""
    user = User.objects.filter(email=email.strip().lower()).first()
    with transaction.atomic():
        record(SIGN_IN_FAILED, actor=PUBLIC, subject=user or ("user", "unknown"), what=what)


def _signed_in(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record(SIGNED_IN, user)


def _password_changed(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record(PASSWORD_CHANGED, user)


def _factor_added(*, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting a factor up has just proved it, so the session need not ask for it again at once."""
    from allauth.account.internal.flows.login import record_authentication

    _record(SECOND_FACTOR_ADDED, user, factor=_NAMES[authenticator.type])
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def _factor_removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Without any factor left the session is only half signed in, and the next page is to set up another."""
    if not has_second_factor(user.pk):
        methods = request.session.get(METHODS_SESSION_KEY, [])
        request.session[METHODS_SESSION_KEY] = [each for each in methods if each.get("method") != "mfa"]
    _record(SECOND_FACTOR_REMOVED, user, factor=_NAMES[authenticator.type])


def _factor_failed(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record_failed_sign_in(user.email, "second factor")


def _record(event: EventType, user: User, **fields: Any) -> None:
    actor = Actor(name=user.name, audience="member", user_id=user.pk, permissions=frozenset({OWN_ACCOUNT.code}))
    with transaction.atomic():
        record(event, actor=actor, subject=user, **fields)
