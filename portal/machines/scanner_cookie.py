"""The token of a courier's scanner in its browser: a cookie that no script reads and no other page gets (ADR 29)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from portal.machines.recognising import machine_with_token

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from portal.machines.models import Machine

_LASTS = 366 * 24 * 3600  # the token ends before; the portal says when


def cookie_name() -> str:
    """With its prefix the browser takes the cookie over a secure connection only."""
    return ("__Secure-" if settings.SESSION_COOKIE_SECURE else "") + "courier-scanner"


def remember_token(response: HttpResponseBase, token: str) -> None:
    """Puts the token into the browser; it is sent to the scanning page's own addresses only."""
    response.set_cookie(  # type: ignore[attr-defined]
        cookie_name(),
        token,
        max_age=_LASTS,
        path=reverse("courier:page"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def scanner_of(request: HttpRequest) -> Machine | None:
    """The scanner that sends this request; None for one that is not set up, and for a page of somebody else."""
    token = request.COOKIES.get(cookie_name(), "")
    return machine_with_token(token, uses_page=True) if token and is_own_page(request) else None


def is_own_page(request: HttpRequest) -> bool:
    """Whether a page of the portal asks, or a person who types the address: a second guard beside ``SameSite``."""
    return request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
