"""The records of a closing site, as the site counts them (J18)."""

from __future__ import annotations

from django.http import HttpResponseRedirect

from portal.foundation.web.views import ContractorView
from portal.records.closures.views import pages


class _Here(ContractorView, abstract=True):
    layout = "layouts/contractor.html.jinja"
    names = "closures"

    def place(self, name: str, done: str = "") -> HttpResponseRedirect:
        """To another page of this site."""
        return self.go(f"closures:{name}", done=done)


class Closing(_Here, pages.ClosingPage):
    """Count what is here, and follow how it leaves."""


class Open(_Here, pages.OpenPage):
    """Begin the count."""


class Found(_Here, pages.FoundPage):
    """Enter an envelope that nobody expected here."""


class Left(_Here, pages.LeftPage):
    """What was not found, and whose it is."""

    shows_patients = "close_practice"


class End(_Here, pages.EndPage):
    """End the count."""
