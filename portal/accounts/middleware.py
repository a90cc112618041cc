"""Keeps a session with one factor away from everything but getting a second one."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.accounts.actors import second_factor_at, signed_in_user_id

# The portal's own pages ask in their base view; these are allauth's pages that a person with one factor needs.
ALLOWED = (
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
)
ACCOUNT_PAGES = "/account/"


class SecondFactorMiddleware:
    """Sends a half-signed-in person who opens another account page to the second-factor page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ACCOUNT_PAGES) and signed_in_user_id(request) is not None:
            if second_factor_at(request) is None and request.path not in {reverse(name) for name in ALLOWED}:
                return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)
