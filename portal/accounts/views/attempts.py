"""Attempts that were refused, for those who look after the service (trust 2.5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.accounts.attempts import refused_attempts
from portal.accounts.permissions import WATCH_ATTEMPTS
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView


class Attempts(StaffView):
    """Who tried what and was refused, the newest first."""

    permission = WATCH_ATTEMPTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list; ``?watched=1`` for those that the Service Managers are told of."""
        only_watched = request.GET.get("watched") == "1"
        page = page_of(refused_attempts(self.actor, only_watched=only_watched), request.GET)
        return self.page(
            "accounts/attempts.html.jinja", {"rows": page.rows, "pages": page, "only_watched": only_watched}
        )
