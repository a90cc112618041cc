"""What a button sends beside its form: no form checks it, so it is made harmless here."""

from __future__ import annotations

from django.http import HttpRequest

LONGEST = 254  # an e-mail address


def posted(request: HttpRequest, name: str) -> str:
    """The value of a hidden field, without NULs, which no text of the database may hold, and of at most ``LONGEST``.

    '' where it is missing.
    """
    return request.POST.get(name, "").replace("\x00", "")[:LONGEST]
