"""The courier's visits as a practice sees them (J9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.records import collection_selectors as read
from portal.records.forms.collections import ReportVisitForm
from portal.records.permissions import MOVE_RECORDS, VIEW_RECORDS
from portal.records.services.report_missed_collection import report_missed_collection, why_not_reported


class Collections(ContractorView):
    """When the courier comes, what waits, and how the last visits went."""

    permission = VIEW_RECORDS
    notices = {"reported": "Thank you. We have it, and arrange another visit. You get an e-mail with its day."}

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The page."""
        page = page_of(read.past_visits(self.actor), request.GET)
        may_move = self.actor.can(MOVE_RECORDS)
        context = {
            "next_visit": read.next_visit(self.actor),
            "waiting": read.waiting(self.actor),
            "weeks": read.calendar_of(self.actor),
            "coming": read.coming_visits(self.actor),
            "pages": page,
            "rows": [(visit, may_move and not why_not_reported(visit)) for visit in page.rows],
        }
        return self.page("records/collections/collections.html.jinja", context)


class ReportVisit(FormPage, ContractorView):
    """Nobody came."""

    permission = MOVE_RECORDS
    form_class = ReportVisitForm
    template = "records/collections/report.html.jinja"

    def context(self) -> dict[str, Any]:
        visit = read.visit_with(self.actor, self.kwargs["reference"])
        return {"visit": visit, "why_not": why_not_reported(visit)}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Reports it."""
        report_missed_collection(self.actor, self.kwargs["reference"], form.cleaned_data["note"])
        return self.go("records:collections", done="reported")
