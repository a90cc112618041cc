"""What a button sends beside its form: no form checks it, so it is made harmless here."""

from __future__ import annotations

from django.http import HttpRequest

LONGEST = 254  # an e-mail address


def posted(request: HttpRequest, name: str) -> str:
    """The value of a hidden field, without NULs, which no text of the database may hold, and of at most ``LONGEST``.

    '' where it is missing.
    """
    return _harmless(request.POST.get(name, ""))


def posted_all(request: HttpRequest, name: str) -> list[str]:
    """The same for boxes that are ticked: every value sent under this name."""
    return [_harmless(each) for each in request.POST.getlist(name)]


def _harmless(value: str) -> str:
    return value.replace("\x00", "")[:LONGEST]
