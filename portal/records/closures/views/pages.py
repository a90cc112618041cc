"""The same pages for both audiences: the site counts itself, or the operator's people do it there (J18)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import PortalView
from portal.records.closures import selectors as read
from portal.records.closures.forms.counting import CountForm, EndForm, FoundForm
from portal.records.closures.permissions import COUNT_RECORDS
from portal.records.closures.services.count_records import count_records, end_counting, enter_found, open_inventory
from portal.records.presenters import patient_of

NOTICES = {
    "opened": "The count has begun. Tick off each envelope that is there.",
    "found": "It is entered. From now on the portal knows that it is here.",
    "ended": "The count has ended. The portal makes the movements, and asks others about what was not found.",
}


class OfSite(PortalView, abstract=True):
    """A page about the records of the site that the address names."""

    permission = COUNT_RECORDS
    layout = ""
    names = ""

    @property
    def site(self) -> str:
        """The code of the site."""
        return str(self.kwargs["code"])

    def place(self, name: str, done: str = "") -> HttpResponseRedirect:
        """To another of these pages, for the same audience and site."""
        raise TypeError(f"{type(self).__name__} does not say where its pages are.")

    def shared(self) -> dict[str, Any]:
        """What every one of the templates needs."""
        return {"closing": read.closing_site(self.actor, self.site), "layout": self.layout, "names": self.names}


class ClosingPage(FormPage, OfSite, abstract=True):
    """How far it has come, and the stack that is counted now."""

    form_class = CountForm
    template = "closures/closing.html.jinja"
    notices = NOTICES

    def context(self) -> dict[str, Any]:
        return self.shared()

    def submit(self, form: Any) -> Any:
        """Ticks off, and answers each line; what was not expected stands first."""
        rows = count_records(self.actor, self.site, form.cleaned_data["lines"])
        strangers = sum(not row.is_there for row in rows)
        answered = {"rows": sorted(rows, key=lambda row: row.is_there), "strangers": strangers}
        return self.page(self.template, {"form": CountForm(), **answered, **self.context()})


class OpenPage(OfSite, abstract=True):
    """Begin the count; a button."""

    def post(self, request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        """Begins it."""
        open_inventory(self.actor, self.site)
        return self.place("closing", "opened")


class FoundPage(FormPage, OfSite, abstract=True):
    """Enter an envelope that nobody expected here."""

    form_class = FoundForm
    template = "closures/found.html.jinja"

    def context(self) -> dict[str, Any]:
        return self.shared()

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Enters it."""
        enter_found(self.actor, self.site, form.identifiers())
        return self.place("closing", "found")


class LeftPage(OfSite, abstract=True):
    """What should be here and was not found. A site reads whose it is; the operator's page names nobody."""

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """The list. Raises NotFound before the count has begun."""
        shared = self.shared()
        inventory = shared["closing"].inventory
        if inventory is None:
            raise NotFound("The count has not begun.")
        page = page_of(read.not_found(self.actor, inventory), request.GET)
        named = self.actor.audience == "contractor"
        parts = list(page.rows)
        searches = read.searches_for(self.actor, parts)
        rows = [(part, patient_of(part.record) if named else None, searches.get(part.pk)) for part in parts]
        return self.page("closures/left.html.jinja", {"rows": rows, "pages": page, "named": named, **shared})


class EndPage(FormPage, OfSite, abstract=True):
    """End the count."""

    form_class = EndForm
    template = "closures/end.html.jinja"

    def context(self) -> dict[str, Any]:
        return self.shared()

    def form_arguments(self) -> dict[str, Any]:
        progress = read.closing_site(self.actor, self.site).progress
        return {"initial": {"unseen": progress.unseen if progress is not None else 0}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Ends it."""
        end_counting(self.actor, self.site, unseen_agreed=form.cleaned_data["unseen"])
        return self.place("closing", "ended")
