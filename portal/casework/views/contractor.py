"""Cases as the organisation that reported them sees them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.casework.forms.work import Nothing
from portal.casework.permissions import REPORT, VIEW_OWN_CASES
from portal.casework.selectors import events_of, find_case, own_cases
from portal.casework.services.work_case import close_case
from portal.casework.states import CASE
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView


class OwnCases(ContractorView):
    """What this organisation has reported, newest first."""

    permission = VIEW_OWN_CASES

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """One page of cases."""
        return self.page("casework/own_cases.html.jinja", {"page": page_of(own_cases(self.actor), request.GET)})


class OwnCase(ContractorView):
    """One report: who has it now, since when, and the answer."""

    permission = VIEW_OWN_CASES
    notices = {"opened": "We have your report.", "closed": "Thank you. The report is closed."}

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The case and its history."""
        case = find_case(self.actor, reference)
        context = {"case": case, "events": events_of(case), "may_close": CASE.allows(self.actor, case.state, "closed")}
        return self.page("casework/own_case.html.jinja", context)


class Close(FormPage, ContractorView):
    """The organisation is content with the answer."""

    permission = REPORT
    form_class = Nothing
    template = "casework/close.html.jinja"

    def context(self) -> dict[str, Any]:
        """The case to close."""
        case = find_case(self.actor, self.kwargs["reference"])
        CASE.check(self.actor, case.state, "closed")
        return {"case": case}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Closes the case."""
        close_case(self.actor, self.kwargs["reference"])
        return self.go("casework:case", reference=self.kwargs["reference"], done="closed")
