"""The address of a named page, remembered: a page has thirty links, and most are the same on every page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse

_REMEMBERED = 4096  # enough for the fixed links of some hundred sites; the rest is worked out


def address(name: str, **arguments: Any) -> str:
    """As ``reverse``. Raises NoReverseMatch for a name or arguments that lead nowhere."""
    return _address(get_urlconf(), get_script_prefix(), name, tuple(sorted(arguments.items())))


def absolute_address(name: str, **arguments: Any) -> str:
    """The same with scheme and host, for an e-mail. Not remembered: it may hold a secret, and is asked for once."""
    return str(settings.ENVIRONMENT.base_url) + reverse(name, kwargs=arguments or None)


@lru_cache(maxsize=_REMEMBERED)
def _address(urlconf: str | None, prefix: str, name: str, arguments: tuple[tuple[str, Any], ...]) -> str:
    return reverse(name, urlconf=urlconf, kwargs=dict(arguments) or None)


@lru_cache(maxsize=_REMEMBERED)
def static_address(path: str) -> str:
    """The address of a static file; files do not change while a process runs."""
    return static(path)
