"""Refuses browsers that cannot keep a session safe, and advises dated ones (J2)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.home.browsers import LONGEST_USER_AGENT, judge
from portal.home.texts import contacts


class BrowserSupportMiddleware:
    """Sets ``request.browser_advice`` for the layout, or answers with a page that the oldest browser can show.

    No query, and no more than one look-up in a small cache for each request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        judgement = judge(request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT])
        if judgement.refused:
            page = render_to_string("home/browser_refused.html.jinja", {"judgement": judgement, "contacts": contacts()})
            return HttpResponse(page, status=403)
        request.browser_advice = judgement.advice  # type: ignore[attr-defined]
        return self.get_response(request)
