"""The pages for what goes wrong: what happened, what to do next, who can help (R8).

Names here are in ``portal.config.urls`` (``handler400`` ...) and settings. The pages for an unexpected
error and for a database that is away use no database, no session and no actor.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

RETRY_SECONDS = 30
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_LAST_RESORT = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sorry, there is a problem</title></head>'
    '<body><main><h1>Sorry, there is a problem</h1><p>Try again in a few minutes.</p><p><a href="/">Home</a></p>'
    "</main></body></html>"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when more was sent than the portal takes."""
    if isinstance(exception, _TOO_LARGE):
        return _page(request, "errors/too_large.html.jinja", 413)
    return _page(request, "errors/bad_request.html.jinja", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 without a sentence of our own; refusals by a service use ``errors/refused.html.jinja``."""
    return _page(request, "errors/forbidden.html.jinja", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page whether a thing is missing or somebody else's (R1)."""
    return _page(request, "errors/not_found.html.jinja", 404)


def method_not_allowed(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    """405 with the methods that are allowed."""
    response = _page(request, "errors/method_not_allowed.html.jinja", 405)
    response["Allow"] = ", ".join(allowed)
    return response


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: somebody tried too often; said plainly, because a locked-out person needs to know (ASVS 6.3.1)."""
    response = _page(request, "errors/too_many_requests.html.jinja", 429)
    response["Retry-After"] = str(5 * 60)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose secret does not fit: an old page, or cookies switched off. Nothing was done."""
    return _page(request, "errors/csrf_failure.html.jinja", 403, {"same_page": request.get_full_path()})


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is away: Django calls this while the exception is being handled."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable()
    return _bare_page("errors/server_error.html.jinja", 500)


def unavailable() -> HttpResponse:
    """503 with Retry-After."""
    response = _bare_page("errors/unavailable.html.jinja", 503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(request: HttpRequest, template: str, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    return render(request, template, context, status=status)


def _bare_page(template: str, status: int) -> HttpResponse:
    """A page rendered without the request, so that nothing it needs can fail a second time."""
    try:
        page: str = render_to_string(template, {"service_name": settings.SERVICE_NAME})
    except Exception:
        log.exception("The error page %s could not be rendered.", template)
        page = _LAST_RESORT
    return HttpResponse(page, status=status)
