"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from portal.foundation.access.actor import PUBLIC


def page_context(request: HttpRequest) -> dict[str, Any]:
    """The service's name, the actor, the navigation for that actor, and the script nonce. No query."""
    actor = getattr(request, "actor", PUBLIC)
    return {
        "service_name": settings.SERVICE_NAME,
        "demo": settings.DEMO,
        "actor": actor,
        "navigation": import_string(settings.NAVIGATION)(actor, request.path),
        "has_session": settings.SESSION_COOKIE_NAME in request.COOKIES,
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
