"""The records of closing sites, as the operator follows them, and counts them there (J18)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.foundation.web.views import StaffView
from portal.records.closures import selectors as read
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.views import pages


class ClosingSites(StaffView):
    """The sites that close, and how far each has come."""

    permission = COUNT_RECORDS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        return self.page("closures/sites.html.jinja", {"rows": read.closing_sites(self.actor)})


class _There(StaffView, abstract=True):
    layout = "layouts/staff.html.jinja"
    names = "staff_closures"

    def place(self, name: str, done: str = "") -> HttpResponseRedirect:
        """To another page of the same site."""
        return self.go(f"staff_closures:{name}", code=self.kwargs["code"], done=done)


class Closing(_There, pages.ClosingPage):
    """Count what is there, and follow how it leaves."""


class Open(_There, pages.OpenPage):
    """Begin the count."""


class Found(_There, pages.FoundPage):
    """Enter an envelope that nobody expected there."""


class Left(_There, pages.LeftPage):
    """What was not found, by reference."""


class End(_There, pages.EndPage):
    """End the count."""
