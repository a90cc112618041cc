"""Keeps a session with one factor away from everything but getting a second one, and ends old sessions."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.accounts.actors import second_factor_at, signed_in_user_id
from portal.accounts.second_factors import has_second_factor, page_for_second_factor
from portal.accounts.session_age import still_awake

# The portal's own pages ask in their base view; these are allauth's pages that a person with one factor needs.
TO_SET_UP = ("account_logout", "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn")
TO_CONFIRM = ("account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")
ACCOUNT_PAGES = "/account/"


class SecondFactorMiddleware:
    """Sends a half-signed-in person who opens another account page to the second-factor page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ACCOUNT_PAGES) and (user_id := signed_in_user_id(request)) is not None:
            # Half-signed-in people are few, so one query more for them does not matter.
            if still_awake(request) and second_factor_at(request) is None:
                allowed = TO_CONFIRM if has_second_factor(user_id) else TO_SET_UP
                if request.path not in {reverse(name) for name in allowed}:
                    return HttpResponseRedirect(page_for_second_factor(user_id))
        return self.get_response(request)
