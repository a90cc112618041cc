"""The directory as staff see it (J23)."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse

from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.organisations import selectors as read
from portal.organisations.forms.directory import DirectoryFilterForm
from portal.organisations.permissions import VIEW_DIRECTORY
from portal.organisations.presenters import directory as say


class Organisations(StaffView):
    """Search and list."""

    permission = VIEW_DIRECTORY

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list: one query, however long the directory is."""
        chosen = DirectoryFilterForm(request.GET).chosen()
        page = page_of(read.directory(self.actor, chosen), request.GET)
        return self.page(
            "organisations/organisations.html.jinja",
            {
                "filters": DirectoryFilterForm(initial=asdict(chosen)),
                "filtered": any(asdict(chosen).values()),
                "rows": [say.row(organisation) for organisation in page.rows],
                "pages": page,
            },
        )


class OrganisationPage(StaffView):
    """Everything about one organisation."""

    permission = VIEW_DIRECTORY

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The page."""
        found = read.organisation_record(self.actor, code)
        return self.page(
            "organisations/organisation.html.jinja",
            {
                "organisation": say.row(found.organisation),
                "flags": say.flags(found),
                "facts_rows": say.facts(found),
                "branches": [say.row(branch) for branch in found.branches],
                "history": say.history(found),
                "commissioners": say.commissioner_rows(found),
                "may_order": found.organisation.kind_row.may_order,
            },
        )


class Imports(StaffView):
    """The files that were imported or refused."""

    permission = VIEW_DIRECTORY

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, newest first."""
        page = page_of(read.import_runs(self.actor), request.GET)
        return self.page("organisations/imports.html.jinja", {"rows": map(say.run_row, page.rows), "pages": page})
