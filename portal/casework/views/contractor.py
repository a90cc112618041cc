"""Cases as the organisation that reported them sees them."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.casework.case_steps import case_steps, promise_of, who_has_it
from portal.casework.conversation import first_files_of, history_of, thread_of
from portal.casework.permissions import REPORT, VIEW_OWN_CASES
from portal.casework.request_facts import request_facts
from portal.casework.selectors import OWN_SHOWN, find_case, own_cases
from portal.casework.views.own_case_pages import NOTICES, ClosePage, FilePage, RatePage, WritePage, ways_of
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView

_LAYOUT = "layouts/contractor.html.jinja"


class OwnCases(ContractorView):
    """What this organisation has reported, newest first."""

    permission = VIEW_OWN_CASES

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """One page of cases."""
        show = request.GET.get("show", "all")
        context = {"page": page_of(own_cases(self.actor, show), request.GET), "shown": OWN_SHOWN, "show": show}
        return self.page("casework/own_cases.html.jinja", context)


class OwnCase(ContractorView):
    """One report: who has it now, since when, and the conversation."""

    permission = VIEW_OWN_CASES
    notices = NOTICES

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The case, its thread and its history."""
        case = find_case(self.actor, reference)
        events = history_of(self.actor, case)
        context = {
            "case": case,
            "case_steps": case_steps(case, events),
            "promise": promise_of(case),
            "who_has_it": who_has_it(case),
            **request_facts(self.actor, case),
            "events": events,
            "thread": thread_of(self.actor, case),
            "files": first_files_of(self.actor, case),
            "ways": ways_of(self.actor, case, "casework", code=code),
            "file_page": "casework:file",
            "file_arguments": {"code": code, "reference": reference},
        }
        return self.page("casework/own_case.html.jinja", context)


class Write(WritePage, ContractorView):
    """Write to whoever works on it."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework"


class Rate(RatePage, ContractorView):
    """Say how it went."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework"


class Close(ClosePage, ContractorView):
    """The organisation is content with the answer."""

    permission = REPORT
    layout = _LAYOUT
    pages = "casework"


class File(FilePage, ContractorView):
    """A file of the case."""

    permission = VIEW_OWN_CASES
