"""Signing a test's client in as allauth would, without its pages."""

from __future__ import annotations

import time
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from portal.accounts.actors import METHODS_SESSION_KEY, METHODS_USER_SESSION_KEY
from portal.accounts.models import User
from portal.accounts.session_age import SEEN_AT, STAFF, STARTED_AT


def sign_in(client: Client, user: User, *, second_factor: bool = True, minutes_ago: float = 0) -> str:
    """Gives the client a session of the user and returns its key.

    ``second_factor`` says whether one was given; ``minutes_ago`` when.
    """
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    at = time.time() - minutes_ago * 60
    methods = [{"method": "password", "at": at, "email": user.email}]
    if second_factor:
        methods.append({"method": "mfa", "at": at, "type": "totp"})
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[METHODS_SESSION_KEY] = methods
    session[METHODS_USER_SESSION_KEY] = str(user.pk)
    session[STARTED_AT] = session[SEEN_AT] = time.time()
    if user.memberships.filter(organisation__kind="operator").exists():
        session[STAFF] = True  # as after the first page, so that counts of queries are those of any other
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return str(session.session_key)
